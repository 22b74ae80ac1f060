/** Where the model that ships with the product lies: models/llmatic-small.gguf in the package's root. */
import { join } from 'node:path';
import { packageFolder, unpackedFile } from '../package-folder.ts';

/** Path of the embedded model's file; it may be missing from a broken installation. */
export function embeddedModelFile(): string {
  return unpackedFile(join(packageFolder(), 'models', 'llmatic-small.gguf'));
}
