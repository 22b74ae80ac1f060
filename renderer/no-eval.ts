/** Imported first: zod must not compile its parsers with `new Function`, which the page's policy forbids. */
import * as z from 'zod';

z.config({ jitless: true });
