/** Grammars of children under llama.cpp: its parser reads them, and what it lets a model write is a network. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { asksOfWords } from '../../../../core/network/asks.ts';
import { isFollowed } from '../../../../core/search/followed.ts';
import { initialNetworkSource } from '../../../../core/search/initial-network.ts';
import { withLevers } from '../../../../core/search/model-profile.ts';
import { asksOf } from '../../../../core/search/prompt-set.ts';
import { mutationPrompt } from '../../../../core/search/prompt-text.ts';
import { loadInterpreter } from '../../../../main/interpreter.ts';
import { embeddedModelFile } from '../../../../main/llm/embedded.ts';
import { createLanguageModel, type LocalLanguageModel } from '../../../../main/llm/language-model.ts';
import { readPromptSet } from '../../../../main/prompt-sets.ts';

let model: LocalLanguageModel;

beforeAll(async () => {
  model = await createLanguageModel({ file: embeddedModelFile() });
});

afterAll(() => model.close());

const cases = [
  ['add-dropout', 'Add dropout layer to improve the above network', { prefill: true, grammar: true, example: false }],
  [
    'add-recurrent',
    'Add recurrent layer to improve the above network',
    { prefill: true, grammar: true, example: false },
  ],
  [
    'add-residual',
    'Add residual connection to improve the above network',
    { prefill: false, grammar: true, example: false },
  ],
] as const;

it.each(cases)('%s: a hot model writes networks that do what is asked', async (id, instruction, levers) => {
  const interpret = await loadInterpreter();
  const parent = interpret(initialNetworkSource);
  if (!parent.ok) throw new Error(parent.reason.message);
  const parts = withLevers(
    levers,
    mutationPrompt(initialNetworkSource, instruction),
    asksOf(readPromptSet('paper'), id).asks,
    () => [parent.value.network],
  );
  const texts = new Set<string>();
  for (let seed = 0; seed < 3; seed++) {
    const request = {
      ...parts,
      temperature: 1.5,
      topP: 1,
      topK: 0,
      minP: 0,
      repetitionPenalty: 1,
      maxTokens: 1000,
      seed,
    };
    const { text, finish } = await model.generate(request);
    expect(finish).toBe('end');
    const child = interpret(text);
    if (!child.ok) throw new Error(`${child.reason.message}\n${text}`);
    expect(isFollowed(asksOf(readPromptSet('paper'), id).asks, [parent.value], child.value), text).toBe(true);
    texts.add(text);
  }
  expect(texts.size).toBe(3);
});

it('a worked example stands before the prompt, and does what is asked', async () => {
  const interpret = await loadInterpreter();
  const instruction = 'Add normalization layer to improve the above network';
  const prompt = mutationPrompt(initialNetworkSource, instruction);
  const parts = withLevers(
    { prefill: false, grammar: false, example: true },
    prompt,
    asksOfWords(instruction),
    () => [],
  );
  expect(parts.prompt.endsWith(prompt)).toBe(true);
  const [parentText = '', childText = ''] = parts.prompt.slice(0, -prompt.length).split(`"""${instruction}"""`);
  const parent = interpret(parentText);
  const child = interpret(childText);
  if (!parent.ok || !child.ok) throw new Error('The example is refused.');
  expect(isFollowed(asksOfWords(instruction), [parent.value], child.value)).toBe(true);
});
