/** What the inspector says became of a candidate. */
import { expect, test } from 'vitest';
import type { CandidateDetail } from '../../../core/contract/candidates.ts';
import { reasonSentence, verdictOf } from '../../../renderer/inspector/verdict.ts';

function candidate(row: Partial<CandidateDetail['row']>, rest: Partial<CandidateDetail> = {}): CandidateDetail {
  return {
    row: {
      id: 'g000-001',
      generation: 0,
      index: 1,
      operator: 'mutation',
      parents: ['initial'],
      prompt: 'improve',
      temperature: 0.6,
      step: 'inserted',
      outcome: 'trained',
      repair: null,
      reason: null,
      standsInFor: null,
      fitness: 0.5,
      fitnessToBe: null,
      accuracy: null,
      measures: null,
      hash: null,
      sameAs: null,
      niche: 7,
      added: null,
      elite: false,
      ...row,
    },
    seed: 1,
    selection: 'random',
    promptText: '',
    text: null,
    tokens: null,
    generateSeconds: null,
    finish: null,
    source: null,
    repaired: null,
    parentSource: null,
    loss: null,
    curve: [],
    trainSeconds: null,
    device: null,
    networkPlacement: null,
    promptPlacement: null,
    credit: null,
    nextTemperature: null,
    lineage: [],
    children: [],
    ...rest,
  };
}

const placement = (why: string, added: boolean, replaced: string | null = null): Partial<CandidateDetail> => ({
  networkPlacement: { niche: 7, descriptors: [0.1, 0.2], clipped: [], added, why, replaced },
});

test('an elite says which niche it filled or whom it replaced', () => {
  expect(verdictOf(candidate({ elite: true }, placement('empty niche', true)))).toEqual({
    tone: 'good',
    word: 'elite',
    sentence: 'Filled the empty niche 7.',
  });
  const better = verdictOf(candidate({ elite: true }, placement('better', true, 'g000-000')));
  expect(better.sentence).toBe('Better than g000-000, which it replaced in niche 7.');
});

test('what was replaced since says so', () => {
  const verdict = verdictOf(candidate({ elite: false }, placement('empty niche', true)));
  expect(verdict).toMatchObject({ tone: 'neutral', word: 'replaced since' });
});

test('what was not added says why', () => {
  expect(verdictOf(candidate({}, placement('not better', false))).sentence).toBe(
    'Not better than the network that holds niche 7.',
  );
  expect(verdictOf(candidate({}, placement('not selected for insertion', false))).word).toBe('not added');
  expect(verdictOf(candidate({}, placement('of another kind', false))).sentence).toContain('of another kind');
});

test('a refused one says its line and the reason, which keeps the names of the program', () => {
  const reason = { kind: 'unsupported', message: 'line 8: nn.GRU is not supported yet', line: 8 };
  expect(verdictOf(candidate({ outcome: 'refused', reason }))).toEqual({
    tone: 'bad',
    word: 'refused',
    sentence: 'Line 8: nn.GRU is not supported yet.',
  });
  expect(reasonSentence('there is no class that inherits from nn.Module')).toBe(
    'There is no class that inherits from nn.Module.',
  );
});

test('a fault of the machine is told apart from a verdict on the network', () => {
  const reason = { kind: 'crash', message: 'The trainer ended with signal 9.' };
  const verdict = verdictOf(candidate({ outcome: 'set aside', reason }));
  expect(verdict.tone).toBe('neutral');
  expect(verdict.sentence).toContain('no verdict');
});

test('every step of a candidate under way has its sentence', () => {
  for (const step of ['proposed', 'generated', 'interpreted', 'trained'] as const) {
    const verdict = verdictOf(candidate({ outcome: 'working', step }));
    expect(verdict.tone).toBe('working');
    expect(verdict.sentence).toMatch(/^[A-Z].*\.$/);
  }
});

test('a child that its parent stands in for says so, and why it is none itself', () => {
  const standsInFor = { kind: 'syntax', message: 'line 3: expected an indented block', line: 3 };
  expect(verdictOf(candidate({ standsInFor }, placement('not better', false)))).toMatchObject({
    tone: 'neutral',
    sentence:
      'Not better than the network that holds niche 7. Its parent stands in for it. Expected an indented block.',
  });
});
