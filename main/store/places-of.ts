/** Where a record does not fit its schema: paths of fields, for a sentence. What stands there instead is not quoted. */
import type * as z from 'zod';

/** Paths named at most, and characters of each: names in a record may be anybody's. */
const most = 3;
const longest = 100;

export function placesOf({ issues }: z.ZodError): string {
  const paths = [...new Set(issues.map(({ path }) => path.map(String).join('.').slice(0, longest)))];
  const named = paths.slice(0, most).map((path) => (path === '' ? 'its beginning' : path));
  return paths.length > most ? `${named.join(', ')} and ${paths.length - most} more places` : named.join(' and ');
}
