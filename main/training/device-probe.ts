/** Which devices work here: the gradients of the initial network on each, in a training process as a search has it. */
import { failureOf } from '../../core/failure.ts';
import { initialWeights } from '../../core/network/initialise.ts';
import { initialNetworkSource } from '../../core/search/initial-network.ts';
import { writeSafetensors } from '../../core/tensors/safetensors.ts';
import type { DeviceName } from '../../core/training/devices/table.ts';
import { loadInterpreter } from '../interpreter.ts';
import type { Answer, Request } from './messages.ts';
import { startTrainingProcess } from './training-process.ts';

const silenceSeconds = 60;
const images = 2;

/** The question that needs every part of a step but the update, on a network that is small. */
async function smallGradients(): Promise<Omit<Extract<Request, { kind: 'gradients' }>, 'settings'>> {
  const read = (await loadInterpreter())(initialNetworkSource);
  if (!read.ok) throw new Error(read.reason.message);
  const { network } = read.value;
  return {
    kind: 'gradients',
    network,
    weights: writeSafetensors(initialWeights(network, 0)),
    images: new Float32Array(images * 3 * 32 * 32),
    labels: new Int32Array(images),
    count: images,
  };
}

function problemOf(answer: Answer): string | null {
  if (answer.kind === 'gradients') return null;
  if (answer.kind === 'refused') return answer.failure.message;
  return answer.kind === 'fault' ? answer.result.message : `It answered with ${answer.kind}.`;
}

/** Of each device null where it works, else why not and the remedy. Never rejects. */
export async function probeDevices(names: readonly DeviceName[]): Promise<ReadonlyMap<DeviceName, string | null>> {
  const found = new Map<DeviceName, string | null>();
  let trainer = startTrainingProcess(silenceSeconds);
  for (const device of names) {
    try {
      const question = await smallGradients();
      // One after the other in one process, which is quick; whoever ends it leaves the next a fresh one.
      if (!trainer.usable) trainer = startTrainingProcess(silenceSeconds);
      const settings = { device, threads: 1, optimization: 'basic', memoryLimitBytes: 2 ** 30 } as const;
      const outcome = await trainer.ask({ ...question, settings }, () => {});
      found.set(device, outcome.lost ? outcome.fault.message : problemOf(outcome.answer));
    } catch (error) {
      found.set(device, failureOf(error).message);
    }
  }
  await trainer.kill();
  return found;
}
