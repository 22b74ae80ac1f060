/** The interpreter that a run uses: for the images and classes of its dataset. */
import type { Interpreter } from '../core/search/ports.ts';
import { loadInterpreter } from './interpreter.ts';
import type { RunDescription } from './store/run-description.ts';

export function runInterpreter({ dataset }: Pick<RunDescription, 'dataset'>): Promise<Interpreter> {
  return loadInterpreter({ input: dataset.shape, classes: dataset.classes });
}
