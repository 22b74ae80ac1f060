/** The embedded model beside transformers and the tokenizers library: the same tokens of a text, the same greedy text. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { mutationPrompt } from '../../../core/search/prompt-text.ts';
import { embeddedModelFile } from '../../../main/llm/embedded.ts';
import { readParents } from '../../../main/llm/evaluation/parents.ts';
import { createLanguageModel, type LocalLanguageModel } from '../../../main/llm/language-model.ts';
import { readPromptSet } from '../../../main/prompt-sets.ts';
import { runPython } from './convert/python.ts';

const expectedSchema = z.object({
  texts: z.array(z.array(z.int())),
  greedy: z.array(z.object({ ids: z.array(z.int()), margins: z.array(z.number()) })),
});

/** Logits of float16 weights in ggml (activations rounded to halves too) and of the same weights in float32 differ by less. */
const floatError = 0.1;

const folder = mkdtempSync(join(tmpdir(), 'llmatic-embedded-'));
const models = join(import.meta.dirname, '..', '..', '..', 'models');
let texts: string[];
let prompts: string[];
let expected: z.infer<typeof expectedSchema>;
let model: LocalLanguageModel;

beforeAll(async () => {
  const parents = await readParents(join(models, 'evaluation', 'parents.json'));
  const asked = readPromptSet('paper').mutation;
  texts = parents.map(({ source }, place) => mutationPrompt(source, asked[place % asked.length]?.text ?? ''));
  prompts = texts.slice(0, 26);
  writeFileSync(join(folder, 'texts.json'), JSON.stringify({ texts, prompts }));
  const out = join(folder, 'expected.json');
  const tokenizer = join(models, 'training', 'tokenizer.json');
  runPython('test/golden/llm/embedded.py', [embeddedModelFile(), tokenizer, join(folder, 'texts.json'), out]);
  expected = expectedSchema.parse(JSON.parse(readFileSync(out, 'utf8')));
  model = await createLanguageModel({ file: embeddedModelFile() });
}, 300_000);
afterAll(async () => {
  await model?.close();
  rmSync(folder, { recursive: true });
});

describe('the embedded model', () => {
  it('splits 500 prompts into the same tokens as the tokenizers library', async () => {
    const different: string[] = [];
    for (const [place, text] of texts.entries()) {
      const ids = await model.tokenize(text);
      if (JSON.stringify(ids) !== JSON.stringify(expected.texts[place])) different.push(text);
    }
    expect(different).toEqual([]);
  }, 60_000);

  it('writes the same greedy text as transformers, until a choice is too close for floats', async () => {
    let compared = 0;
    for (const [place, prompt] of prompts.entries()) {
      const { ids = [], margins = [] } = expected.greedy[place] ?? {};
      const close = margins.findIndex((margin) => margin < floatError);
      const sure = ids.slice(0, close === -1 ? ids.length : close);
      const written = await model.generate({
        prompt,
        temperature: 0,
        topP: 1,
        topK: 0,
        minP: 0,
        repetitionPenalty: 1,
        maxTokens: ids.length,
        seed: 1,
      });
      const own = await model.tokenize(written.text);
      expect(own.slice(0, sure.length), prompt).toEqual(sure.slice(0, own.length));
      compared += Math.min(sure.length, own.length);
    }
    expect(compared).toBeGreaterThan(500);
  }, 120_000);
});
