/** The parents written by hand that the embedded model is measured on. */
import { join } from 'node:path';
import { type Parent, readParents } from '../../../../main/llm/evaluation/parents.ts';
import { packageFolder } from '../../../../main/package-folder.ts';

export function handwrittenParents(): Promise<Parent[]> {
  return readParents(join(packageFolder(), 'models', 'evaluation', 'handwritten'));
}
