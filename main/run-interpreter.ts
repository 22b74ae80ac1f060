/** The interpreter that a run uses. */
import type { EndableInterpreter } from '../core/search/ports.ts';
import type { ReadingThread } from './reading/reading-thread.ts';
import type { RunDescription } from './store/run-description.ts';

/** Reads in a thread, for the images and classes of the run's dataset. */
export function endableRunInterpreter(
  { dataset }: Pick<RunDescription, 'dataset'>,
  thread: ReadingThread,
): EndableInterpreter {
  return thread.interpreter({ input: dataset.shape, classes: dataset.classes });
}
