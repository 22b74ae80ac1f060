// Fast mode: several requests at once over kept prefixes. Its texts are not reproducible, but greedy ones are those of
// transformers while its tokens are clear, whatever runs beside them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerationRequest } from '../../../core/search/ports.ts';
import { createLanguageModel, type LocalLanguageModel } from '../../../main/llm/language-model.ts';
import { golden, tinyModelFile } from './golden.ts';

const greedy = golden.models['tiny-random'].greedy;

function request(changes: Partial<GenerationRequest>): GenerationRequest {
  return {
    prompt: 'class',
    temperature: 0,
    topP: 1,
    topK: 0,
    minP: 0,
    repetitionPenalty: 1,
    maxTokens: 60,
    seed: 1,
    ...changes,
  };
}

let model: LocalLanguageModel;

beforeAll(async () => {
  model = await createLanguageModel({ file: tinyModelFile('tiny-random'), mode: 'fast', parallel: 4 });
});

afterAll(() => model.close());

describe('fast mode', () => {
  it('says so, and how many requests it works on at once', () => {
    expect(model).toMatchObject({ mode: 'fast', capacity: 4 });
    expect(model.plan.sequences).toBe(4);
  });

  it('writes the greedy texts of transformers, twelve requests beside each other, again and again', async () => {
    // The second time every prompt finds a sequence that ends in the text of another or of the same prompt.
    for (let round = 0; round < 2; round++) {
      const asked = Array.from({ length: 12 }, (_, index) => greedy[index % greedy.length]!);
      const texts = await Promise.all(
        asked.map(({ prompt, clear }) => model.generate(request({ prompt, maxTokens: clear }))),
      );
      expect(texts.map(({ text }) => text)).toEqual(asked.map(({ clearText }) => clearText));
    }
  });

  it('works on several at once: a short request that came last ends before a long one', async () => {
    const ended: string[] = [];
    const long = model.generate(request({ maxTokens: 400, temperature: 1 })).then(() => ended.push('long'));
    const short = model.generate(request({ maxTokens: 3 })).then(() => ended.push('short'));
    await Promise.all([long, short]);
    expect(ended).toEqual(['short', 'long']);
  });

  it('writes all of them after the process was killed beneath them, in one new process', async () => {
    const asked = Array.from({ length: 8 }, (_, index) => greedy[index % greedy.length]!);
    const killed = model.processId!;
    const texts = Promise.all(asked.map(({ prompt, clear }) => model.generate(request({ prompt, maxTokens: clear }))));
    process.kill(killed, 'SIGKILL');
    expect((await texts).map(({ text }) => text)).toEqual(asked.map(({ clearText }) => clearText));
    expect(model.processId).not.toBe(killed);
  });

  it('gives up one that is aborted and leaves those beside it alone', async () => {
    const { prompt, clear, clearText } = greedy[0]!;
    const stop = new AbortController();
    const reason = new Error('Enough.');
    const stopped = model.generate(request({ maxTokens: 400, temperature: 1 }), stop.signal);
    const beside = model.generate(request({ prompt, maxTokens: clear }));
    stop.abort(reason);
    await expect(stopped).rejects.toBe(reason);
    expect((await beside).text).toBe(clearText);
  });
});
