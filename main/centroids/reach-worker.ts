/** The thread that finds the niches of a CVT which places of some boxes lie in, then ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { cvtNiches } from '../../core/archive/cvt-niches.ts';
import { reachedFrom } from '../../core/archive/niches.ts';
import { reachQuestionSchema } from './messages.ts';

const { centroids, boxes } = reachQuestionSchema.parse(workerData);
parentPort?.postMessage([...reachedFrom(cvtNiches(centroids), boxes)]);
