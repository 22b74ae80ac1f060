import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../core/contract/events.ts';
import { activityAfter, idle } from '../../../renderer/state/activity.ts';

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
