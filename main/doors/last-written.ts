/** When the newest file below some paths was changed: whether what was built from them is old. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** In milliseconds; 0 where there is none. A path may be a file, a folder with everything below it, or nothing. */
export function lastWritten(paths: readonly string[]): number {
  const files = paths.filter(existsSync).flatMap((path) => {
    if (!statSync(path).isDirectory()) return [path];
    const entries = readdirSync(path, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  });
  return files.reduce((latest, file) => Math.max(latest, statSync(file).mtimeMs), 0);
}
