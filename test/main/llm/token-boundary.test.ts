// A prefilled head is left to the model where a token may end; what it writes is a text that begins with that head.
import { describe, expect, test } from 'vitest';
import { toGbnf } from '../../../core/network/grammar/grammar.ts';
import type { GenerationRequest, LanguageModel } from '../../../core/search/ports.ts';
import { createLanguageModel } from '../../../main/llm/language-model.ts';
import { fromTokenBoundary } from '../../../main/llm/token-boundary.ts';
import { tinyModelFile } from './golden.ts';

const head = 'class Net(nn.Module):\n    def __init__(self):\n        super().__init__()';
const sampling = {
  prompt: 'p',
  temperature: 1.5,
  topP: 1,
  topK: 0,
  minP: 0,
  repetitionPenalty: 1,
  maxTokens: 40,
  seed: 3,
};

/** Keeps what it is asked and writes `written` after the prefill. */
function recording(written: string) {
  const asked: GenerationRequest[] = [];
  const model: LanguageModel = {
    name: 'recording',
    hash: 'h',
    contextLength: 512,
    async generate(request) {
      asked.push(request);
      return { text: (request.prefill ?? '') + written, tokens: 1, seconds: 0, finish: 'end' };
    },
    async close() {},
  };
  return { asked, model: fromTokenBoundary(model) };
}

describe('a prefill', () => {
  test.each([
    [`${head}\n`, head],
    [`${head}\n        `, head],
    [head, head],
    ['', ''],
    ['\n', '\n'],
    [undefined, undefined],
  ])('%j is given to the model as %j', async (prefill, given) => {
    const { asked, model } = recording('\n        self.a = 1\n');
    const { text } = await model.generate({ ...sampling, prefill });
    expect(asked).toEqual([{ ...sampling, prefill: given }]);
    expect(text).toBe(`${given ?? ''}\n        self.a = 1\n`);
  });

  test('stands whole in the text of a model that writes nothing', async () => {
    expect((await recording('').model.generate({ ...sampling, prefill: `${head}\n` })).text).toBe(`${head}\n`);
  });

  test('has its newline in the grammar of what follows, which llama.cpp holds the model to', async () => {
    const rules = new Map([
      ['network', [['        self.a = ', { rule: 'number' }, '\n']]],
      ['number', [['1'], ['2']]],
    ]);
    const grammar = toGbnf({ rules, root: 'network' });
    const model = fromTokenBoundary(await createLanguageModel({ file: tinyModelFile('tiny-random') }));
    try {
      const { text } = await model.generate({ ...sampling, prefill: `${head}\n`, grammar });
      expect(text).toMatch(/^class Net[\s\S]*__init__\(\)\n {8}self\.a = [12]\n$/);
      expect(model.processId).toBeGreaterThan(0);
    } finally {
      await model.close();
    }
  });
});
