/** The process that looks at a checkpoint or converts it: beside the engine, which answers all else meanwhile. */
import { rm } from 'node:fs/promises';
import type { CheckpointDetail, ConversionRequest } from '../../../core/contract/models.ts';
import type { CallOptions } from '../../../core/contract.ts';
import { type Failure, FailureError } from '../../../core/failure.ts';
import { partialName } from '../../llm/convert/convert-codegen.ts';
import { checkpointFolder } from '../../llm/convert/describe-checkpoint.ts';
import { fileBeside } from '../../processes/child-node.ts';
import { howItEnded, itWrote } from '../../processes/ending.ts';
import { startChild } from '../../processes/supervised-child.ts';
import { converterProtocol, type FromConverter, type ToConverter } from './messages.ts';

/** A process that has not given up by then is killed; milliseconds. */
const patienceForCancel = 10_000;

/**
 * Room for new objects, MiB: what a vocabulary of fifty thousand tokens leaves behind is collected sooner. Measured on
 * a 350M: 24 MB less at most, no slower.
 */
const smallNursery = '--max-semi-space-size=4';

export interface Converter {
  /** Asks it to end; what it wrote of the file is removed. */
  cancel(): void;
  /** Resolves when it has ended: with null where it was asked and answered, with what went wrong else. */
  readonly ended: Promise<Failure | null>;
}

/** Starts it with a question; `onMessage` hears each answer but a failure, which `ended` tells. */
function startConverter(question: ToConverter, onMessage: (message: FromConverter) => void): Converter {
  let file: string | null = null;
  let answered = false;
  let failure: Failure | null = null;
  let killing: NodeJS.Timeout | undefined;
  const child = startChild({
    kind: 'process',
    file: fileBeside(import.meta.url, 'worker'),
    options: [smallNursery],
    protocol: converterProtocol,
    // Left alone it removes what it wrote of the file, which a killed one cannot.
    atExit: 'leave',
    hear(message) {
      if (message.type === 'begun') file = message.file;
      if (message.type === 'checked' || message.type === 'converted') answered = true;
      if (message.type === 'failed') failure = message.failure;
      else onMessage(message);
    },
  });
  child.send(question);
  const ended = child.ended.then(async (ending): Promise<Failure | null> => {
    clearTimeout(killing);
    // A process that was killed could not remove it itself.
    if (file !== null && child.pid !== undefined) await rm(partialName(file, child.pid), { force: true });
    if (failure !== null || answered) return failure;
    const message = `The process that reads the checkpoint ${howItEnded(ending)} before it was through.${itWrote(ending)} Try it again.`;
    return { kind: killing === undefined ? 'crash' : 'cancelled', message };
  });
  return {
    cancel() {
      if (killing !== undefined) return;
      child.send({ type: 'cancel' });
      killing = setTimeout(() => void child.end(), patienceForCancel);
    },
    ended,
  };
}

/**
 * What a checkpoint could become; `models`: where converted files go.
 * @throws FailureError `file`, `checkpoint` or `unsupported` naming the file, the key and the remedy
 */
export async function checkCheckpoint(
  path: string,
  models: string,
  signal: CallOptions['signal'],
): Promise<CheckpointDetail> {
  // What is no checkpoint at sight is refused without a process.
  await checkpointFolder(path);
  let found: CheckpointDetail | null = null;
  const converter = startConverter({ type: 'check', path, models }, (message) => {
    if (message.type === 'checked') found = message.checkpoint;
  });
  if (signal?.aborted === true) converter.cancel();
  else signal?.addEventListener('abort', () => converter.cancel());
  const failure = await converter.ended;
  if (found !== null) return found;
  throw new FailureError(failure ?? { kind: 'internal', message: `The look at ${path} ended without an answer.` });
}

/** Converts a checkpoint: `onMessage` hears of its begin, its progress and its end. */
export function startConversion(
  request: ConversionRequest,
  models: string,
  onMessage: (message: FromConverter) => void,
): Converter {
  return startConverter({ type: 'convert', request, models }, onMessage);
}
