/** The thread that makes the centroids of one run's archives, then ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { failureOf } from '../../core/failure.ts';
import { centroidsOf } from '../../core/search/niches-of-archives.ts';
import { questionSchema } from './messages.ts';

try {
  parentPort?.postMessage(centroidsOf(questionSchema.parse(workerData)));
} catch (error) {
  parentPort?.postMessage({ failure: failureOf(error) });
}
