/** Where the model that ships with the product lies: models/llmatic-small.gguf in the package's root. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail } from '../../core/failure.ts';

/** Folder that holds models/: the nearest one above the code, in a checkout and in a compiled package alike. */
function packageRoot(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  return fail('file', `No package.json lies above ${import.meta.dirname}: the installation is incomplete.`);
}

/** Path of the embedded model's file; it may be missing from a broken installation. */
export function embeddedModelFile(): string {
  return join(packageRoot(), 'models', 'llmatic-small.gguf');
}
