/** Stand-ins for the loop's tests: a scripted model, a tiny interpreter and trainer, a store in memory. All deterministic. */
import { createHash } from 'node:crypto';
import { FailureError } from '../../../core/failure.ts';
import type { Measures, Network } from '../../../core/network/ir.ts';
import { derivedSeed, randomStream } from '../../../core/random/stream.ts';
import {
  type CandidateRecord,
  type CandidateStep,
  candidateStepSchema,
  recorded,
  stepsOf,
  withStep,
} from '../../../core/search/candidate.ts';
import type { CandidateStore, Interpreter, LanguageModel } from '../../../core/search/ports.ts';
import type { Trainer, TrainingOutcome } from '../../../core/training/job.ts';

/** Sizes that a made-up network text carries: `class Net(nn.Module):  # w 32 d 4 f 100000`. */
interface Sizes {
  readonly w: number;
  readonly d: number;
  readonly f: number;
}

export function netText({ w, d, f }: Sizes): string {
  return `class Net(nn.Module):\n    # w ${w} d ${d} f ${f}\n    pass\n`;
}

function sizesIn(text: string): Sizes | null {
  if (text.includes('nn.Conv2d(3, 1, 1)')) return { w: 10, d: 2, f: 13_312 };
  const found = /# w (\d+) d (\d+) f (\d+)/.exec(text);
  return found === null ? null : { w: Number(found[1]), d: Number(found[2]), f: Number(found[3]) };
}

function network({ w, d, f }: Sizes): Network {
  // The fake trainer reads the sizes back from the input shape.
  return { version: 1, input: [w, d, f], nodes: [], output: 0, parameters: [], buffers: [], modules: [] };
}

export function measuresOf({ w, d, f }: Sizes): Measures {
  return { params: w * 10, flops: f, width: w, depth: d, widthToDepth: w / d, activationBytes: 4 * w };
}

/** Depth is left out of the hash, as a registered but idle layer changes depth and nothing that is computed. */
export const interpreter: Interpreter = (text) => {
  const sizes = sizesIn(text);
  if (sizes === null) return { ok: false, reason: { kind: 'syntax', message: 'line 1: not a network', line: 1 } };
  const source = `import torch\n\n${text.trimEnd()}\n`.replace('import torch\n\nimport torch\n', 'import torch\n');
  return {
    ok: true,
    value: { source, network: network(sizes), hash: `h${sizes.w}-${sizes.f}`, measures: measuresOf(sizes) },
  };
};

export interface ModelScript {
  /** Share of texts that are no network. */
  readonly garbage?: number;
  /** Throws for a seed on its first so many tries. */
  readonly faults?: (seed: number) => number;
  readonly context?: (seed: number) => boolean;
  readonly capacity?: number;
  /** Milliseconds that a text takes, by the order in which texts begin. */
  readonly delay?: (text: number) => number;
}

export interface FakeModel extends LanguageModel {
  readonly requests: { prompt: string; temperature: number; seed: number }[];
  /** Most texts that were written at once. */
  readonly busiest: () => number;
}

export function fakeModel(script: ModelScript = {}): FakeModel {
  const requests: FakeModel['requests'] = [];
  const tries = new Map<number, number>();
  let begun = 0;
  let running = 0;
  let busiest = 0;
  return {
    name: 'fake.gguf',
    hash: '00',
    contextLength: 512,
    ...(script.capacity === undefined ? {} : { capacity: script.capacity }),
    requests,
    busiest: () => busiest,
    async generate({ prompt, temperature, seed }, signal) {
      signal?.throwIfAborted();
      busiest = Math.max(busiest, ++running);
      const delay = script.delay?.(begun++);
      await new Promise((resume) => (delay === undefined ? setImmediate(resume) : setTimeout(resume, delay)));
      running--;
      signal?.throwIfAborted();
      requests.push({ prompt, temperature, seed });
      const attempt = (tries.get(seed) ?? 0) + 1;
      tries.set(seed, attempt);
      if (attempt <= (script.faults?.(seed) ?? 0)) throw new Error('the model process ended');
      if (script.context?.(seed) === true) throw new FailureError({ kind: 'context', message: 'prompt too long' });
      const random = randomStream(prompt, temperature, seed);
      const isGarbage = random.uniform() < (script.garbage ?? 0.25);
      const sizes = { w: 8 * (1 + random.integer(6)), d: 1 + random.integer(4), f: 20_000 * 4 ** random.integer(5) };
      const text = isGarbage ? 'def nothing(): return' : netText(sizes);
      return { text, tokens: text.length, seconds: 0.5, finish: 'end' };
    },
    async close() {},
  };
}

export interface TrainerScript {
  readonly capacity?: number;
  /** Milliseconds that a job takes, by the order in which jobs begin. */
  readonly delay?: (job: number) => number;
  /** Faults of a network (by its FLOPs) on its first so many tries. */
  readonly faults?: (flops: number) => number;
  readonly diverges?: (flops: number) => boolean;
}

export interface FakeTrainer extends Trainer {
  /** Input shapes, which are the sizes, of all jobs begun. */
  readonly jobs: { sizes: Sizes; seed: number; inherited: string | null }[];
  /** Most jobs that ran at once. */
  readonly busiest: () => number;
}

function outcome(sizes: Sizes, seed: number, inherited: string | null, script: TrainerScript): TrainingOutcome {
  if (script.diverges?.(sizes.f) === true) {
    return { result: { status: 'diverged', step: 3, curve: [], seconds: 1, device: 'fake' }, weights: null };
  }
  // Grows with FLOPs, with a little of the seed, and in steps, so that ties occur.
  const score = Math.round(20 * (0.2 + 0.1 * Math.log10(sizes.f) + 0.1 * randomStream(seed).uniform())) / 20;
  const scores = { train: score, validation: score, test: score - 0.01 };
  const loss = { train: 1 - score, validation: 1 - score, test: 1.01 - score };
  return {
    result: { status: 'trained', accuracy: scores, loss, curve: [], steps: 5, seconds: 1, device: 'fake' },
    weights: new TextEncoder().encode(JSON.stringify([sizes, seed, inherited])),
  };
}

export function fakeTrainer(script: TrainerScript = {}): FakeTrainer {
  const jobs: FakeTrainer['jobs'] = [];
  const tries = new Map<number, number>();
  let running = 0;
  let busiest = 0;
  return {
    capacity: script.capacity ?? 1,
    jobs,
    busiest: () => busiest,
    async train({ network: { input }, seed, initialWeights }, options) {
      const sizes = { w: input[0]!, d: input[1]!, f: input[2]! };
      const inherited = initialWeights === null ? null : createHash('sha256').update(initialWeights).digest('hex');
      const delay = script.delay?.(jobs.length) ?? 0;
      jobs.push({ sizes, seed, inherited });
      running++;
      busiest = Math.max(busiest, running);
      options?.onProgress?.({ step: 1, steps: 5, epoch: 0, loss: 1 });
      await new Promise((resume) => setTimeout(resume, delay));
      running--;
      options?.signal?.throwIfAborted();
      const attempt = (tries.get(sizes.f) ?? 0) + 1;
      tries.set(sizes.f, attempt);
      if (attempt <= (script.faults?.(sizes.f) ?? 0)) {
        return { result: { status: 'fault', kind: 'crash', message: 'the trainer crashed' }, weights: null };
      }
      return outcome(sizes, seed, inherited, script);
    },
    async close() {},
  };
}

export interface MemoryStore extends CandidateStore {
  readonly records: Map<string, CandidateRecord>;
  readonly weights: Map<string, Uint8Array>;
  /** Calls that changed something, in order: the points at which a process can die. */
  readonly calls: () => number;
}

/**
 * A store that dies: call number `dieAt` throws, before or after its work, and so does every later one, as for a
 * process that was killed. `from` is what an earlier process left.
 */
export function memoryStore(from?: MemoryStore, death?: { readonly at: number; readonly after: boolean }): MemoryStore {
  const records = new Map(from?.records);
  const weights = new Map(from?.weights);
  let calls = 0;
  function change<T>(work: () => T): T {
    calls++;
    if (death !== undefined && (calls > death.at || (calls === death.at && !death.after))) throw new Error('killed');
    const value = work();
    if (death !== undefined && calls === death.at) throw new Error('killed');
    return value;
  }
  return {
    records,
    weights,
    calls: () => calls,
    find: (id) => records.get(id) ?? null,
    async record(id, step) {
      change(() => {
        // As from a file: what is stored is what JSON and the schema leave of it.
        const stored: CandidateStep = candidateStepSchema.parse(JSON.parse(JSON.stringify(step)));
        records.set(id, withStep(id, records.get(id) ?? null, stored));
      });
    },
    async replace(takeBack, id, step) {
      change(() => {
        const left = new Map<string, CandidateStep[]>();
        for (const { id: taken, step: name } of takeBack) {
          left.set(
            taken,
            (left.get(taken) ?? stepsOf(records.get(taken) ?? null)).filter((each) => each.step !== name),
          );
        }
        for (const [taken, steps] of left) {
          const record = recorded(taken, steps);
          if (record === null) records.delete(taken);
          else records.set(taken, record);
        }
        records.set(id, withStep(id, records.get(id) ?? null, step));
      });
    },
    saveWeights: async (bytes) =>
      change(() => {
        const hash = createHash('sha256').update(bytes).digest('hex');
        weights.set(hash, bytes);
        return hash;
      }),
    loadWeights: (hash) => weights.get(hash) ?? null,
    async keepWeights(keep) {
      change(() => {
        for (const hash of weights.keys()) if (!keep.has(hash)) weights.delete(hash);
      });
    },
  };
}

/** A store's content as one text, the candidates in order of their ids. */
export function contentOf(store: MemoryStore): string {
  const records = [...store.records.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([records, [...store.weights.keys()].sort()]);
}

/** Delays in an order that has nothing to do with that of the candidates. */
export function scrambledDelay(salt: number): (job: number) => number {
  return (job) => derivedSeed(salt, job) % 4;
}
