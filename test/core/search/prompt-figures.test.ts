import { expect, test } from 'vitest';
import { type Accepted, type CandidateRecord, type CandidateStep, recorded } from '../../../core/search/candidate.ts';
import { presets } from '../../../core/search/presets.ts';
import { promptFigures } from '../../../core/search/prompt-figures.ts';
import { promptSetSchema } from '../../../core/search/prompt-set.ts';

const measures = { params: 1, flops: 1, width: 1, depth: 1, widthToDepth: 1, activationBytes: 1 };
/** A set of before prompts said what they ask: of known ids that is known. */
const setOf = (id: string) =>
  promptSetSchema.parse({
    ...{
      name: 'own',
      source: 'a person',
      imports: 'import torch\n',
      crossover: { two: 'a', three: 'b' },
      randomNetwork: 'c',
    },
    mutation: [
      { id, text: 'Add a layer' },
      { id: 'my-own', text: 'Do as you like' },
    ],
  });
const reason = { kind: 'shape', message: 'line 3: no', line: 3 };
const repaired = { reason, from: 'a', source: 'b', repairs: [{ kind: 'flatten' as const, line: 3, message: 'made' }] };
function offspring(
  index: number,
  prompt: string,
  verdict: Partial<Accepted> | 'refused' | 'repairable' | null,
): [string, CandidateRecord] {
  const id = `g000-${index}`;
  const accepted = { kind: 'accepted' as const, source: '', hash: id, measures };
  const refused = { kind: 'refused' as const, reason };
  const found =
    verdict === 'refused'
      ? refused
      : verdict === 'repairable'
        ? { ...refused, repairable: repaired }
        : { ...accepted, ...verdict };
  const scores = { train: 0.5, validation: 0.5, test: 0.5 };
  const text: CandidateStep[] = [
    {
      step: 'proposed',
      generation: 0,
      index,
      operator: 'mutation',
      parents: [],
      individual: { prompt, temperature: 0.5 + index / 10 },
      selection: 'random',
      selectedNiche: null,
      promptText: '',
      seed: 0,
    },
    { step: 'generated', text: '', tokens: 10, seconds: 1, finish: 'end' },
  ];
  const training: CandidateStep = {
    step: 'trained',
    sameAs: null,
    weights: null,
    result: { status: 'trained', accuracy: scores, loss: scores, curve: [], steps: 1, seconds: 1, device: 'cpu' },
  };
  const read: CandidateStep[] = verdict === null ? [] : [{ step: 'interpreted', verdict: found }];
  const trained = verdict === null || found.kind === 'refused' ? [] : [training];
  return [id, recorded(id, [...text, ...read, ...trained])!];
}

test('tells apart what was written, repaired, repairable and standing in, and leaves out what is under way', () => {
  const records = new Map([
    offspring(0, 'add-layer', { followed: true }),
    offspring(1, 'add-layer', { followed: true, repaired }),
    offspring(2, 'add-layer', { followed: false, standsInFor: reason }),
    offspring(3, 'add-layer', 'repairable'),
    offspring(4, 'add-layer', 'refused'),
    offspring(5, 'add-layer', null),
    // A prompt of one's own, which nobody can check.
    offspring(6, 'my-own', { followed: null }),
  ]);
  const [first, second, ...others] = promptFigures(presets.demo, setOf('add-layer'), records);
  expect(first).toEqual({
    prompt: 'add-layer',
    operator: 'mutation',
    offspring: 5,
    trainable: 3,
    asWritten: 1,
    repairable: 1,
    followed: 2,
    copies: 0,
    distinct: 3,
    added: 0,
    byReason: { shape: 2 },
    tokens: 50,
    seconds: 5,
    temperature: 0.7,
  });
  expect(second).toMatchObject({ prompt: 'my-own', offspring: 1, trainable: 1, followed: null });
  expect(others).toEqual([]);
});

test('has a row for a prompt that was never used', () => {
  expect(promptFigures(presets.demo, setOf('improve'), new Map())).toMatchObject([
    { prompt: 'improve', offspring: 0, followed: 0, temperature: null, byReason: {} },
    { prompt: 'my-own', offspring: 0, followed: null, temperature: null, byReason: {} },
  ]);
});
