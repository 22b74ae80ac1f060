import { describe, expect, test } from 'vitest';
import { presets } from '../../../core/search/presets.ts';
import { applySettings } from '../../../core/search/setting-paths.ts';
import { candidate, insertInto, networksAt, promptsAt, proposedOf, stateOf } from './states.ts';

/** Widths and FLOPs of the hand-made candidates land in the niches of a row of ten. */
const axes = [
  'networkArchive.widthToDepth.scale=linear',
  'networkArchive.widthToDepth.min=0',
  'networkArchive.widthToDepth.max=10',
  'networkArchive.flops.scale=linear',
  'networkArchive.flops.min=0',
  'networkArchive.flops.max=1',
];

function settingsFor(...assignments: string[]) {
  return applySettings(presets.laptop, [...axes, ...assignments]);
}

/** Prompt `number` of 13 lies in niche floor(10 * number / 13) of the row. */
const improve = { prompt: 'improve', temperature: 0.6 };
const dropout = { prompt: 'add-dropout', temperature: 0.6 };

describe('curiosity, scores and temperatures of one generation', () => {
  // Worked by hand. Before: networks n0 (0.5) and n1 (0.5); individuals p2 (curiosity 0.5) and p9 (0); previous best 0.6.
  const before = stateOf({
    networks: networksAt([0, 1]),
    prompts: promptsAt([
      { niche: 2, curiosity: 0.5, fitness: 4, prompt: 'improve', temperature: 0.6 },
      { niche: 9, curiosity: 0, fitness: 4, prompt: 'add-recurrent', temperature: 0.6 },
    ]),
    scores: new Map([['improve', 4]]),
    previousBest: 0.6,
  });
  const curious = (niche: number, individual = improve) =>
    proposedOf({ selection: 'curious', selectedNiche: niche, individual });
  const records = [
    candidate('a', curious(2), { niche: 4, fitness: 0.6 }), // empty niche: +1; reaches 0.6: warmer; does not beat it
    candidate('b', curious(2), { niche: 0, fitness: 0.5 }), // tie with n0: -0.5; colder
    candidate('c', curious(9), 'refused'), // -1
    candidate('d', curious(9), 'diverged'), // -1
    candidate('e', curious(2), 'fault'), // nobody loses
    candidate('f', proposedOf({ individual: dropout }), { niche: 1, fitness: 0.9 }), // random: credits nobody; score 1
    candidate('g', proposedOf({ individual: dropout }), { niche: 5, fitness: 0.7 }), // score 2 replaces f's individual
    candidate('h', proposedOf({ operator: 'crossover', individual: { prompt: 'crossover-two', temperature: 0.7 } }), {
      niche: 6,
      fitness: 0.99,
    }),
  ];
  const { state, steps } = insertInto(settingsFor(), before, records);

  test('gives the credits worked out by hand', () => {
    expect(steps.map((step) => step.credit)).toEqual([1, -0.5, -1, -1, 0, 0, 0, 0]);
    expect(state.prompts.elites.get(9)).toMatchObject({ id: 'p9', curiosity: -2 });
    expect(state.prompts.elites.get(2)).toMatchObject({ id: 'p2', curiosity: 1 });
  });

  test('enters the networks worked out by hand, strictly better alone replacing', () => {
    expect(steps.map((step) => step.network?.why ?? null)).toEqual([
      'empty niche',
      'not better',
      null,
      null,
      null,
      'better',
      'empty niche',
      'empty niche',
    ]);
    expect([...state.networks.elites.values()].map((elite) => elite.id).sort()).toEqual(['a', 'f', 'g', 'h', 'n0']);
    expect(steps[5]?.network?.replaced).toBe('n1');
  });

  test('warms an individual whose offspring reaches the previous best and cools the others', () => {
    const temperatures = steps.map((step) => step.nextTemperature);
    expect(temperatures[0]).toBeCloseTo(0.65);
    expect(temperatures[1]).toBeCloseTo(0.55);
    expect(temperatures.slice(2, 5)).toEqual([null, null, null]);
    expect(temperatures[5]).toBeCloseTo(0.65);
    expect(temperatures[7]).toBeNull();
  });

  test('keeps one running score a prompt, and an individual enters with its score at that moment', () => {
    expect(state.scores).toEqual(
      new Map([
        ['improve', 4],
        ['add-dropout', 2],
      ]),
    );
    // Prompt 2 of 13 at place 2/13 = niche 1, prompt 10 at 10/13 = niche 7.
    expect(steps.map((step) => step.prompt && [step.prompt.niche, step.prompt.why])).toEqual([
      [1, 'empty niche'],
      [1, 'not better'],
      null,
      null,
      null,
      [7, 'empty niche'],
      [7, 'better'],
      null,
    ]);
    expect(state.prompts.elites.get(1)).toMatchObject({ id: 'a', fitness: 4, curiosity: 0 });
    expect(state.prompts.elites.get(7)).toMatchObject({ id: 'g', fitness: 2 });
    expect(state.prompts.elites.get(7)?.value.temperature).toBeCloseTo(0.65);
  });

  test('the next generation is measured against this one alone', () => {
    expect(state.previousBest).toBe(0.99);
    const worse = insertInto(settingsFor(), state, [candidate('z', proposedOf(), { niche: 0, fitness: 0.2 })]);
    expect(worse.state.previousBest).toBe(0.2);
    const none = insertInto(settingsFor(), state, [candidate('z', proposedOf(), 'refused')]);
    expect(none.state.previousBest).toBe(0.4);
  });

  test('an individual that was replaced meanwhile gets no credit, and neither does its successor', () => {
    const start = {
      ...before,
      prompts: promptsAt([{ niche: 1, curiosity: 0, fitness: 0, prompt: 'improve', temperature: 0.6 }]),
    };
    const list = [
      candidate('a', curious(1), { niche: 4, fitness: 0.9 }),
      candidate('b', curious(1), { niche: 5, fitness: 0.9 }),
    ];
    const result = insertInto(settingsFor(), start, list);
    // a credits p1, then takes its niche with score 5; b finds p1 gone, and enters with 6.
    expect(result.steps.map((step) => step.credit)).toEqual([1, 0]);
    expect(result.state.prompts.elites.get(1)).toMatchObject({ id: 'b', curiosity: 0, fitness: 6 });
  });

  test('temperatures stay within their range', () => {
    const at = (temperature: number, fitness: number) =>
      insertInto(settingsFor(), before, [
        candidate('a', proposedOf({ individual: { prompt: 'improve', temperature } }), { niche: 0, fitness }),
      ]).steps[0]?.nextTemperature;
    expect(at(0.98, 0.9)).toBe(1);
    expect(at(0.02, 0.1)).toBe(0);
  });

  test('counts clipped descriptors, and keeps them unclipped in the record', () => {
    const far = candidate('far', proposedOf(), { niche: 40, fitness: 0.9 });
    const result = insertInto(settingsFor(), before, [far]);
    expect(result.steps[0]?.network).toMatchObject({ niche: 9, descriptors: [4.05, 0.5], clipped: [0] });
    expect(result.state.networks.clipped).toEqual([
      { below: 0, above: 1 },
      { below: 0, above: 0 },
    ]);
  });
});

describe('other ways of inserting', () => {
  const before = stateOf({ previousBest: 0.6 });

  test('best-of-generation lets the best network alone and its prompt individual try', () => {
    const list = [
      candidate('a', proposedOf(), { niche: 3, fitness: 0.7 }),
      candidate('b', proposedOf({ individual: dropout }), { niche: 4, fitness: 0.8 }),
      candidate('c', proposedOf(), { niche: 5, fitness: 0.8 }),
    ];
    const { state, steps } = insertInto(settingsFor('insert=best-of-generation'), before, list);
    expect(steps.map((step) => step.network?.why)).toEqual([
      'not selected for insertion',
      'empty niche',
      'not selected for insertion',
    ]);
    expect([...state.networks.elites.values()].map((elite) => elite.id)).toEqual(['n0', 'b']);
    expect([...state.prompts.elites.values()].map((elite) => elite.id)).toEqual(['b']);
    expect(state.scores.get('improve')).toBe(2);
  });

  test('reference code: a prompt individual is worth 1 when its network was added, else 0', () => {
    const list = [
      candidate('a', proposedOf(), { niche: 0, fitness: 0.1 }),
      candidate('b', proposedOf({ individual: dropout }), { niche: 4, fitness: 0.1 }),
    ];
    const { state } = insertInto(settingsFor('promptArchive.fitness=added'), before, list);
    expect([...state.prompts.elites.values()].map((elite) => [elite.id, elite.fitness])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
  });

  test('reference code: curiosity goes to the newcomer once and never accumulates', () => {
    const start = {
      ...before,
      prompts: promptsAt([{ niche: 9, curiosity: 0, prompt: 'add-recurrent', temperature: 0.6 }]),
    };
    const list = [
      candidate('a', proposedOf({ selection: 'curious', selectedNiche: 9 }), { niche: 4, fitness: 0.9 }),
      candidate('b', proposedOf({ selection: 'curious', selectedNiche: 9, individual: dropout }), {
        niche: 0,
        fitness: 0.1,
      }),
      candidate('c', proposedOf({ selection: 'curious', selectedNiche: 9 }), 'refused'),
    ];
    const { state, steps } = insertInto(settingsFor('curiosity.creditTo=newcomer'), start, list);
    expect(steps.map((step) => step.credit)).toEqual([1, -0.5, 0]);
    const scores = [...state.prompts.elites.values()].map((elite) => [elite.id, elite.curiosity]);
    expect(scores).toEqual([
      ['a', 1],
      ['b', -0.5],
      ['p9', 0],
    ]);
  });

  test('reference code: fitness is minus the loss on the test split', () => {
    const settings = settingsFor('fitness.measure=loss', 'fitness.split=test');
    const { steps } = insertInto(settings, before, [candidate('a', proposedOf(), { niche: 4, fitness: 0.75 })]);
    expect(steps[0]?.fitness).toBe(-0.25);
  });

  test('reference code: descriptors are compared as they are, so that networks crowd into one niche', () => {
    const settings = settingsFor('networkArchive.normalise=false', 'promptArchive.normalise=false');
    const start = {
      ...before,
      networks: { ...before.networks, clip: false },
      prompts: { ...before.prompts, clip: false },
    };
    const list = [1, 4, 8].map((niche) => candidate(`c${niche}`, proposedOf(), { niche, fitness: 0.9 }));
    const { steps } = insertInto(settings, start, list);
    expect(steps.map((step) => step.network?.niche)).toEqual([9, 9, 9]);
    expect(steps[1]?.network).toMatchObject({ descriptors: [4.5, 0.5], clipped: [] });
    expect(steps[0]?.prompt?.descriptors[0]).toBe(2);
  });
});
