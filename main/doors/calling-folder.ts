/**
 * The folder that a person stands in. `npm run` in a folder below a checkout starts its scripts in the checkout's own:
 * npm keeps the other as INIT_CWD. Paths of a command line are meant from there.
 */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';

/** The scripts of package.json that hand words on to the command line. */
const scripts: readonly (string | undefined)[] = ['llmatic', 'demo'];

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/**
 * Where the words of this process were given; null where it is the working folder as it stands. Only a script of the
 * checkout itself counts: whoever calls from a script of another package has INIT_CWD too, and stands where they stand.
 */
export function callingFolder(
  environment: Readonly<Record<string, string | undefined>>,
  working: string,
  checkout: string,
): string | null {
  const { INIT_CWD: given, npm_lifecycle_event: script, npm_package_json: manifest } = environment;
  if (given === undefined || manifest === undefined || !scripts.includes(script)) return null;
  const own = realPath(checkout);
  if (own === null || realPath(working) !== own || realPath(manifest) !== realPath(join(own, 'package.json')))
    return null;
  const folder = realPath(given);
  return folder === null || folder === own ? null : given;
}
