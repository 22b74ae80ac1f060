/** What fvcore counts for the judged programs (test/golden/network/make_fvcore.py). */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

export const fvcoreSchema = z.record(
  z.string(),
  z.object({ counted: z.record(z.string(), z.number()), unknown: z.array(z.string()) }),
);

export function readFvcore(): z.infer<typeof fvcoreSchema> {
  const file = new URL('../../golden/network/fvcore.json', import.meta.url);
  return fvcoreSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}
