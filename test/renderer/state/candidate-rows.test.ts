import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../core/contract/events.ts';
import { activityAfter, idle } from '../../../renderer/state/activity.ts';
import { newestFirst, rowsAfter, withElites } from '../../../renderer/state/candidate-rows.ts';
import { tallyOutcomes } from '../../../renderer/state/tally.ts';

const proposed = (id: string, index: number): RunEvent => ({
  type: 'proposed',
  id,
  generation: 0,
  index,
  operator: 'mutation',
  parents: ['initial'],
  individual: { prompt: 'add-layer', temperature: 0.6 },
  selection: 'random',
});
const generated = (id: string): RunEvent => ({
  type: 'generated',
  id,
  text: 'x',
  tokens: 1,
  seconds: 1,
  failure: null,
});
const refused = (id: string, kind: string): RunEvent => ({
  type: 'interpreted',
  id,
  hash: null,
  measures: null,
  repair: kind === 'shape' ? 'possible' : null,
  reason: { kind, message: 'No.' },
});
const trained = (id: string): RunEvent => ({
  type: 'trained',
  id,
  sameAs: null,
  status: 'trained',
  fitness: 0.5,
  accuracy: { train: null, validation: 0.5, test: 0.4 },
  seconds: 2,
  message: null,
});

describe('rows of candidates', () => {
  const life = [
    proposed('g000-000', 0),
    generated('g000-000'),
    refused('g000-000', 'shape'),
    proposed('g000-001', 1),
    generated('g000-001'),
    trained('g000-001'),
    proposed('g000-002', 2),
    generated('g000-002'),
    refused('g000-002', 'fault'),
    proposed('g000-003', 3),
  ];
  const rows = rowsAfter(new Map(), life);

  it('follow the events of each life', () => {
    expect(newestFirst(rows).map(({ id, step, outcome }) => [id, step, outcome])).toEqual([
      ['g000-003', 'proposed', 'working'],
      ['g000-002', 'interpreted', 'set aside'],
      ['g000-001', 'trained', 'trained'],
      ['g000-000', 'interpreted', 'refused'],
    ]);
  });

  it('are the same however the events are cut into bursts, and when a resumed run tells them again', () => {
    const oneByOne = life.reduce((before, event) => rowsAfter(before, [event]), rowsAfter(new Map(), []));
    expect(oneByOne).toEqual(rows);
    expect(newestFirst(rowsAfter(rows, life)).map(({ step }) => step)).toEqual(
      newestFirst(rows).map(({ step }) => step),
    );
  });

  it('of a candidate that is not known are not invented', () => {
    expect(rowsAfter(rows, [trained('g009-000')])).toBe(rows);
  });

  it('are elites exactly where the archive has them', () => {
    const marked = withElites(rows, new Set(['g000-001']));
    expect(
      newestFirst(marked)
        .filter(({ elite }) => elite)
        .map(({ id }) => id),
    ).toEqual(['g000-001']);
    expect(withElites(marked, new Set(['g000-001']))).toBe(marked);
    expect([...withElites(marked, new Set()).values()].some(({ elite }) => elite)).toBe(false);
  });

  it('are counted by what became of them', () => {
    expect(tallyOutcomes(rows)).toEqual({
      known: 3,
      working: 1,
      trainable: 1,
      read: 2,
      asWritten: 0,
      repairable: 1,
      added: 0,
      reasons: [
        { reason: 'set aside', count: 1 },
        { reason: 'shape', count: 1 },
      ],
    });
  });
});

describe('what goes on', () => {
  it('is the first candidate not yet written, and the trainings under way', () => {
    const progress: RunEvent = { type: 'training-progress', id: 'g000-000', step: 5, steps: 10, epoch: 0, loss: 1.5 };
    const events = [proposed('g000-000', 0), proposed('g000-001', 1), generated('g000-000'), progress];
    const now = events.reduce(activityAfter, idle);
    expect(now.unwritten).toEqual(['g000-001']);
    expect(now.trainings).toEqual([{ id: 'g000-000', step: 5, steps: 10, loss: 1.5 }]);
    expect(activityAfter(now, trained('g000-000')).trainings).toEqual([]);
  });
});
