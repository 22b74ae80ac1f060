/** The interpreters that a run uses: for the images and classes of its dataset. */
import type { EndableInterpreter, Interpreter } from '../core/search/ports.ts';
import { loadInterpreter } from './interpreter.ts';
import type { ReadingThread } from './reading/reading-thread.ts';
import type { RunDescription } from './store/run-description.ts';

type OfDataset = Pick<RunDescription, 'dataset'>;

export function runInterpreter({ dataset }: OfDataset): Promise<Interpreter> {
  return loadInterpreter({ input: dataset.shape, classes: dataset.classes });
}

/** The same in a thread, for texts of others. */
export function endableRunInterpreter({ dataset }: OfDataset, thread: ReadingThread): EndableInterpreter {
  return thread.interpreter({ input: dataset.shape, classes: dataset.classes });
}
