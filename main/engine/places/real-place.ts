/** Where a path really leads, whatever links stand in it, also where nothing is there yet. */
import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Links that lead nowhere, followed one after another; as many as Linux follows. */
const mostLinks = 40;

async function targetOf(path: string): Promise<string | null> {
  try {
    return (await lstat(path)).isSymbolicLink() ? resolve(dirname(path), await readlink(path)) : null;
  } catch {
    return null;
  }
}

/**
 * The absolute path without links. Of what is not there, or may not be looked at, the part that is; the rest as it is
 * given. Null where links lead in a circle.
 */
export async function realPlace(path: string, links = mostLinks): Promise<string | null> {
  const given = resolve(path);
  try {
    return await realpath(given);
  } catch {
    if (links === 0) return null;
    // A link that leads nowhere is followed by whoever writes there.
    const target = await targetOf(given);
    if (target !== null) return realPlace(target, links - 1);
    const above = dirname(given);
    if (above === given) return given;
    const real = await realPlace(above, links);
    return real === null ? null : join(real, basename(given));
  }
}

/** Whether a path is a folder or lies below it; both as they really are. */
export function liesIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Whether what is written to a path lands below a folder, whatever links lie there. */
export async function landsIn(path: string, folder: string): Promise<boolean> {
  const [real, place] = await Promise.all([realPlace(path), realPlace(folder)]);
  return real !== null && place !== null && liesIn(real, place);
}
