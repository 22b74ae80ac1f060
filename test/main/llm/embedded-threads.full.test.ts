/** What the setting of threads may change of the embedded model's texts, in the default, reproducible mode: nothing. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { presets } from '../../../core/search/presets.ts';
import { mutationPrompt } from '../../../core/search/prompt-text.ts';
import { embeddedModelFile } from '../../../main/llm/embedded.ts';
import { readParents } from '../../../main/llm/evaluation/parents.ts';
import { createLanguageModel, type LocalLanguageModel } from '../../../main/llm/language-model.ts';
import { readPromptSet } from '../../../main/prompt-sets.ts';

const models: LocalLanguageModel[] = [];
beforeAll(async () => {
  for (const threads of [1, 2]) models.push(await createLanguageModel({ file: embeddedModelFile(), threads }));
}, 60_000);
afterAll(async () => {
  for (const model of models) await model.close();
});

it.each([0, 1])(
  'the embedded model writes the same texts on one thread and on two, at temperature %s',
  async (temperature) => {
    const folder = join(import.meta.dirname, '..', '..', '..', 'models', 'evaluation');
    // Networks of the generator and of people, short and long, each with another instruction.
    const generated = (await readParents(join(folder, 'parents.json'))).filter((_, place) => place % 60 === 0);
    const handwritten = (await readParents(join(folder, 'handwritten'))).filter((_, place) => place % 20 === 0);
    const asked = readPromptSet('paper').mutation;
    const prompts = [...generated, ...handwritten].map(({ source }, place) =>
      mutationPrompt(source, asked[place % asked.length]?.text ?? ''),
    );
    expect(prompts.length).toBeGreaterThanOrEqual(13);
    let tokens = 0;
    for (const [place, prompt] of prompts.entries()) {
      const request = { prompt, ...presets.demo.sampling, temperature, maxTokens: 60, seed: place };
      const [one, two] = await Promise.all(models.map((model) => model.generate(request)));
      expect(two?.text, prompt).toBe(one?.text);
      expect(two?.tokens).toBe(one?.tokens);
      tokens += one?.tokens ?? 0;
    }
    expect(models.map(({ threads }) => threads)).toEqual([1, 2]);
    expect(tokens).toBeGreaterThan(500);
  },
  300_000,
);
