/** Random candidate lives for the properties of the store: hostile texts, extreme numbers, every kind of verdict. */
import fc from 'fast-check';
import type { CandidateStep } from '../../../core/search/candidate.ts';
import { candidateId } from '../../../core/search/search-context.ts';
import type { RunDescription } from '../../../main/store/run-description.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('', '\u0000', '\ud800', '"; DROP TABLE step; --', 'é\r\n\t'),
);
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
const integer = fc.integer();
const share = fc.option(number, { nil: null });
const id = fc.oneof(
  fc.constant('initial'),
  fc.tuple(fc.nat(2000), fc.nat(2000)).map(([generation, index]) => candidateId(generation, index)),
);

const proposed = fc.record({
  step: fc.constant('proposed' as const),
  generation: integer,
  index: integer,
  operator: fc.constantFrom('initial', 'mutation', 'crossover', 'random'),
  parents: fc.array(id),
  individual: fc.option(fc.record({ prompt: text, temperature: number }), { nil: null }),
  selection: fc.constantFrom('none', 'random', 'curious'),
  selectedNiche: fc.option(integer, { nil: null }),
  promptText: text,
  seed: integer,
});

const generated = fc.record({
  step: fc.constant('generated' as const),
  text,
  tokens: integer,
  seconds: number,
  finish: fc.constantFrom('end', 'length'),
});

const measures = fc.record({
  params: number,
  flops: number,
  width: number,
  depth: number,
  widthToDepth: number,
  activationBytes: number,
});

const interpreted = fc.record({
  step: fc.constant('interpreted' as const),
  verdict: fc.oneof(
    fc.record({ kind: fc.constant('accepted' as const), source: text, hash: text, measures }),
    fc.record({
      kind: fc.constant('refused' as const),
      reason: fc.record(
        { kind: text, message: text, line: fc.integer({ min: 1 }) },
        { requiredKeys: ['kind', 'message'] },
      ),
    }),
  ),
});

const scores = fc.record({ train: share, validation: share, test: share });
const curve = fc.array(fc.record({ epoch: integer, loss: number, learningRate: number }));

const trained = fc.record({
  step: fc.constant('trained' as const),
  sameAs: fc.option(id, { nil: null }),
  result: fc.oneof(
    fc.record({
      status: fc.constant('trained' as const),
      accuracy: scores,
      loss: scores,
      curve,
      steps: integer,
      seconds: number,
      device: text,
    }),
    fc.record({ status: fc.constant('diverged' as const), step: integer, curve, seconds: number, device: text }),
    fc.record({
      status: fc.constant('fault' as const),
      kind: fc.constantFrom('crash', 'out-of-memory', 'time-out', 'device'),
      message: text,
    }),
  ),
  weights: fc.option(text, { nil: null }),
});

const placement = fc.option(
  fc.record({
    niche: integer,
    descriptors: fc.array(number),
    clipped: fc.array(integer),
    added: fc.boolean(),
    why: text,
    replaced: fc.option(id, { nil: null }),
  }),
  { nil: null },
);

const inserted = fc.record({
  step: fc.constant('inserted' as const),
  fitness: share,
  network: placement,
  prompt: placement,
  credit: number,
  nextTemperature: share,
});

/** Steps of one candidate in order, up to a random point; a refused one is never trained. */
export const candidateLife: fc.Arbitrary<CandidateStep[]> = fc
  .tuple(proposed, generated, interpreted, trained, inserted, fc.integer({ min: 1, max: 5 }))
  .map(([begin, text, read, training, end, count]) => {
    const isAccepted = read.verdict.kind === 'accepted';
    return [begin, text, read, ...(isAccepted ? [training] : []), end].slice(0, count) as CandidateStep[];
  });

/** The random merge of several candidates' lives that keeps the order within each. */
export const interleavedLives: fc.Arbitrary<[string, CandidateStep][]> = fc
  .uniqueArray(fc.tuple(id, candidateLife), { selector: ([name]) => name, maxLength: 6 })
  .chain((lives) =>
    fc
      .shuffledSubarray(
        lives.flatMap(([name, steps]) => steps.map(() => name)),
        { minLength: lives.reduce((sum, [, steps]) => sum + steps.length, 0) },
      )
      .map((order) => {
        const left = new Map(lives.map(([name, steps]) => [name, [...steps]]));
        return order.map((name) => [name, left.get(name)!.shift()!] as [string, CandidateStep]);
      }),
  );

export const description: RunDescription = {
  settings: { generations: 3, nested: { learningRate: 0.1 } },
  preset: 'demo',
  seed: 7,
  prompts: { name: 'paper', prompts: [{ id: 'add-layer', text: 'Add a layer' }] },
  model: { file: null, name: 'embedded.gguf', hash: 'a'.repeat(64), contextLength: 512, form: 'completion' },
  dataset: { name: 'builtin', hash: 'b'.repeat(64), classes: 10, shape: [3, 32, 32] },
  device: 'cpu',
  workers: 2,
  threads: 1,
  versions: { llmatic: '0.1.0', node: process.versions.node },
};
