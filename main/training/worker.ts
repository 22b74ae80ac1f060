/**
 * A training process: started by training-process.ts, does one request after another, ends with its parent.
 * ONNX Runtime blocks its thread while it runs, so a process is all that can be stopped.
 */
import { failureOf } from '../../core/failure.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { openDataset } from '../datasets/registry.ts';
import { linkToParent } from '../processes/parent-link.ts';
import type { ReadByChild } from '../processes/protocol.ts';
import { type Answer, type Report, type Request, trainerProtocol } from './messages.ts';
import { gradients, predict } from './single-runs.ts';
import { trainNetwork } from './train-network.ts';

/** Milliseconds between reports of progress. */
const reportInterval = 250;

/** Whether the training under way is to end. */
let stopping = false;

const datasets = new Map<string, Promise<Dataset>>();

/** Datasets stay in memory for the jobs to come. */
function cachedDataset(name: string): Promise<Dataset> {
  const known = datasets.get(name);
  if (known !== undefined) return known;
  const opening = openDataset(name);
  datasets.set(name, opening);
  // A dataset that could not be opened may be imported later.
  opening.catch(() => datasets.delete(name));
  return opening;
}

/** Passes on everything but progress and signs of life that follow each other too fast. */
function throttled(): (report: Report) => void {
  let last = -Infinity;
  return (report) => {
    if (report.kind !== 'epoch') {
      const now = performance.now();
      if (now - last < reportInterval) return;
      last = now;
    }
    void parent.tell(report);
  };
}

async function answer(request: Request, report: (report: Report) => void): Promise<Answer> {
  const { settings } = request;
  const alive = () => report({ kind: 'alive' });
  switch (request.kind) {
    case 'train':
      return trainNetwork(request.job, await cachedDataset(request.job.dataset), settings, {
        report,
        stopping: () => stopping,
      });
    case 'predict':
      return predict(request, settings, alive);
    case 'gradients':
      return gradients(request, settings);
  }
}

/** Failures that say the request was wrong pass as they are; the rest is a fault of this process. */
function answerOfError(error: unknown): Answer {
  const failure = failureOf(error);
  if (failure.kind !== 'internal') return { kind: 'refused', failure };
  const memory = /alloc|out of memory|array buffer allocation|invalid array length/i.test(failure.message);
  return {
    kind: 'fault',
    again: memory,
    result: { status: 'fault', kind: memory ? 'out-of-memory' : 'crash', message: failure.message },
  };
}

async function handle(asked: ReadByChild<typeof trainerProtocol>): Promise<void> {
  stopping = asked.kind === 'stop';
  if (asked.kind === 'stop') return;
  try {
    await parent.tell(await answer(asked, throttled()));
  } catch (error) {
    await parent.tell(answerOfError(error));
  }
}

const parent = linkToParent({ protocol: trainerProtocol, hear: handle });
