/** A process that records candidates and weights without end and tells of each step once the store has returned. */
import { writeSync } from 'node:fs';
import type { CandidateStep } from '../../../core/search/candidate.ts';
import { candidateId } from '../../../core/search/search-context.ts';
import { createRun, isRunFolder, openRun } from '../../../main/store/run-folder.ts';
import { description } from './arbitrary-steps.ts';

const folder = process.argv[2]!;
const measures = { params: 1, flops: 1, width: 1, depth: 1, widthToDepth: 1, activationBytes: 1 };
let store: ReturnType<typeof openRun>;
try {
  store = isRunFolder(folder) ? openRun(folder) : createRun(folder, description);
} catch {
  store = createRun(folder, description);
}

/** Written at once, past any buffer: what the parent reads was recorded before. */
const tell = (line: string): void => {
  writeSync(1, `${line}\n`);
};

for (let index = store.ids().length; ; index++) {
  const id = candidateId(0, index);
  const record = async (step: CandidateStep): Promise<void> => {
    await store.record(id, step);
    tell(`${id} ${step.step}`);
  };
  await record({
    step: 'proposed',
    generation: 0,
    index,
    operator: 'random',
    parents: [],
    individual: null,
    selection: 'none',
    selectedNiche: null,
    promptText: 'x'.repeat(2000),
    seed: index,
  });
  await record({ step: 'generated', text: 'class Net', tokens: 2, seconds: 0, finish: 'end' });
  await record({
    step: 'interpreted',
    verdict: { kind: 'accepted', source: 'class Net', hash: id, measures },
  });
  const bytes = new Uint8Array(20_000).fill(index % 251);
  new DataView(bytes.buffer).setUint32(0, index);
  const weights = await store.saveWeights(bytes);
  tell(`${id} weights ${weights}`);
  await record({
    step: 'trained',
    sameAs: null,
    result: { status: 'diverged', step: 0, curve: [], seconds: 0, device: 'cpu' },
    weights,
  });
}
