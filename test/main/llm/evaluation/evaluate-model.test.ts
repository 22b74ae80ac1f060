import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCell } from '../../../../core/benchmarks/nasbench201/cell.ts';
import { fail } from '../../../../core/failure.ts';
import type { NetworkNode, Operator } from '../../../../core/network/ir.ts';
import { isCellFollowed, isFollowed } from '../../../../core/search/followed.ts';
import type { GenerationRequest, Interpretation, Interpreter, LanguageModel } from '../../../../core/search/ports.ts';
import { asksOf } from '../../../../core/search/prompt-set.ts';
import { addedToFresh } from '../../../../main/llm/evaluation/added.ts';
import {
  type EvaluationOptions,
  type EvaluationTask,
  evaluateModel,
} from '../../../../main/llm/evaluation/evaluate-model.ts';
import { readParents } from '../../../../main/llm/evaluation/parents.ts';
import { asked } from '../../../../main/llm/evaluation/spread.ts';
import { readCellPromptSet, readPromptSet } from '../../../../main/prompt-sets.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-parents-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A network of these operators in a row; only what the evaluation looks at is filled in. */
function interpretation(operators: readonly Operator[], params = 100, flops = 1000): Interpretation {
  const nodes = operators.map(
    (operator, index) =>
      ({
        operator,
        attributes: {},
        inputs: [index],
        parameters: {},
        shape: [{ batch: 1 }, 10],
        module: null,
        place: null,
      }) as unknown as NetworkNode,
  );
  return {
    source: operators.join(' '),
    network: { version: 1, input: [3, 32, 32], nodes, output: nodes.length, parameters: [], buffers: [], modules: [] },
    hash: `${operators.join(' ')} ${params}`,
    measures: { params, flops, width: 1, depth: 1, widthToDepth: 1, activationBytes: 1 },
  };
}

/** Reads `conv2d linear 100` as a network, anything else as a syntax error. */
const interpreter: Interpreter = (text) => {
  const words = text.trim().split(' ');
  const params = Number(words.pop());
  if (!Number.isFinite(params))
    return { ok: false, reason: { kind: 'syntax', message: `line ${text.length}: no number` } };
  return { ok: true, value: interpretation(words as Operator[], params) };
};

/** A model that answers from a list, in turn. */
function scripted(answers: readonly string[]): LanguageModel & { requests: GenerationRequest[] } {
  const requests: GenerationRequest[] = [];
  return {
    name: 'scripted',
    hash: '',
    contextLength: 1000,
    requests,
    async generate(request) {
      const text = answers[requests.length] ?? fail('internal', 'The script has ended.');
      requests.push(request);
      if (text === 'too long') fail('context', 'The prompt is too long.');
      return { text, tokens: 10, seconds: 0.5, finish: 'end' };
    },
    close: async () => {},
  };
}

const prompts = [
  { id: 'add-dropout', text: 'Add dropout' },
  { id: 'improve', text: 'Improve' },
];

function options(changes: Partial<EvaluationOptions>): EvaluationOptions {
  return {
    models: [scripted([])],
    interpreter,
    trial: async ({ hash }) =>
      hash.includes('softmax') ? { kind: 'diverged', message: 'The loss is not finite.' } : null,
    parents: [
      { id: 'a', source: 'conv2d linear 100' },
      { id: 'b', source: 'linear 100' },
    ],
    prompts,
    amount: { repeats: 2 },
    sampling: { temperature: 0.6, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 },
    maxTokens: 50,
    seed: 3,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...changes,
  };
}

describe('the evaluation of a model', () => {
  it('counts what the completions are, as shares of all', async () => {
    const model = scripted([
      // parent a, add-dropout
      'conv2d dropout linear 100', // trainable, distinct, followed
      'conv2d linear 100', // copy of a
      // parent a, improve
      'conv2d dropout linear 100', // trainable, not the first, followed (another network)
      'oops', // syntax
      // parent b, add-dropout
      'conv2d linear 100', // trainable, but a's second time this hash comes; not followed
      'too long',
      // parent b, improve
      'linear softmax 100', // diverged
      'linear 200', // trainable, distinct, followed
    ]);
    const trials: string[] = [];
    const progress: number[] = [];
    const figures = await evaluateModel(
      options({
        models: [model],
        trial: async (one) => {
          trials.push(one.hash);
          return one.hash.includes('softmax') ? { kind: 'diverged', message: 'The loss is not finite.' } : null;
        },
        onProgress: (done, all) => progress.push(done / all),
      }),
    );
    expect(figures).toMatchObject({
      n: 8,
      trainable: 5 / 8,
      // The copy of a does not differ from its parent.
      differs: 4 / 8,
      distinct: 2 / 8,
      copies: 1 / 8,
      followed: 3 / 8,
      // All lie in one place of the archive: the first that differs fills its niche.
      added: 1 / 8,
      niches: { filled: 1, of: 100 },
      // Dropout twice on a; a convolution on b, which is none of the novelty, since a has one.
      newKinds: 3 / 8,
      novelty: { kinds: ['dropout'], shapes: 0 },
      byReason: { syntax: 1, context: 1, diverged: 1 },
      tokens: 70,
      tokensPerSecond: 20,
    });
    expect(figures.reasons).toContainEqual({ kind: 'syntax', message: 'line N: no number', count: 1 });
    expect(figures.byPrompt).toEqual([
      {
        prompt: 'add-dropout',
        n: 4,
        trainable: 3 / 4,
        followed: 1 / 4,
        differs: 2 / 4,
        distinct: 1 / 4,
        copies: 1 / 4,
        added: 1 / 4,
        newKinds: 2 / 4,
        newShapes: 0,
        byReason: { context: 1 },
        tokens: 30,
        seconds: 1.5,
      },
      {
        prompt: 'improve',
        n: 4,
        trainable: 2 / 4,
        followed: 2 / 4,
        differs: 2 / 4,
        distinct: 1 / 4,
        copies: 0,
        added: 0,
        newKinds: 1 / 4,
        newShapes: 0,
        byReason: { syntax: 1, diverged: 1 },
        tokens: 40,
        seconds: 2,
      },
    ]);
    // Each network is tried once, and every request has a seed of its own.
    expect(trials.length).toBe(new Set(trials).size);
    expect(new Set(model.requests.map((request) => request.seed)).size).toBe(8);
    expect(progress.at(-1)).toBe(1);
    expect(model.requests[0]?.prompt).toBe('conv2d linear 100\n\n"""Add dropout"""\n\n');
  });

  it('tells what repair would make of them apart from what they are as written', async () => {
    const repairing: Interpreter = (text, how) => {
      const read = interpreter(text);
      const mended = interpreter(text.replace('slip', '').trim());
      if (read.ok || how?.repair !== true || !text.includes('slip') || !mended.ok) return read;
      const repairs = [{ kind: 'flatten', line: 1, message: 'a made-up repair' }] as const;
      return { ...read, repaired: { value: mended.value, from: text, repairs } };
    };
    const model = scripted([
      'conv2d dropout linear 100', // as written
      'conv2d dropout linear 300 slip', // repaired: trainable, distinct, followed
      'conv2d linear 100 slip', // repaired: a copy of a
      'oops', // neither
      'linear softmax 100 slip', // repaired, but diverges
      'oops',
      'oops',
      'oops',
    ]);
    const figures = await evaluateModel(options({ models: [model], interpreter: repairing }));
    expect(figures).toMatchObject({ trainable: 1 / 8, distinct: 1 / 8, copies: 0, followed: 1 / 8 });
    expect(figures.withRepair).toMatchObject({
      n: 8,
      trainable: 3 / 8,
      differs: 2 / 8,
      distinct: 2 / 8,
      copies: 1 / 8,
      followed: 2 / 8,
    });
  });

  it('is the same however many processes share the work', async () => {
    // What a completion is follows from its seed alone, as with a model in the reproducible mode.
    const seeded = (): LanguageModel => ({
      name: 'seeded',
      hash: '',
      contextLength: 1000,
      async generate({ seed }) {
        await new Promise((resolve) => setTimeout(resolve, seed % 5));
        return { text: `linear ${100 + (seed % 3)}`, tokens: 10, seconds: 0.5, finish: 'end' };
      },
      close: async () => {},
    });
    const told: string[] = [];
    const onCompletion = (_: unknown, text: string): void => void told.push(text);
    const one = await evaluateModel(options({ models: [seeded()], amount: { repeats: 5 } }));
    const three = await evaluateModel(
      options({ models: [seeded(), seeded(), seeded()], amount: { repeats: 5 }, onCompletion }),
    );
    expect(three).toEqual(one);
    expect(told.length).toBe(20);
    expect(one.distinct).toBeGreaterThan(0);
  });

  it('gives the figures so far when it is aborted', async () => {
    const controller = new AbortController();
    const model = scripted(['conv2d dropout linear 100', 'linear 200', 'linear 300']);
    const figures = await evaluateModel(
      options({
        models: [model],
        signal: controller.signal,
        onProgress: (done) => {
          if (done === 2) controller.abort();
        },
      }),
    );
    expect(figures).toMatchObject({ n: 2, trainable: 1 });
    expect(model.requests.length).toBe(2);
  });

  it('ends with a failure of the machine instead of counting it against the model', async () => {
    const trial = () => Promise.reject(new Error('no memory'));
    await expect(evaluateModel(options({ models: [scripted(Array(8).fill('linear 200'))], trial }))).rejects.toThrow(
      'no memory',
    );
  });
});

describe('how many completions', () => {
  const tasks = ['a', 'b', 'c'].flatMap((parent, row) =>
    ['p', 'q'].map(
      (prompt): EvaluationTask => ({
        row,
        parent,
        prompt,
        text: '',
        networks: [],
        asks: { kind: 'improve' },
        judge: async () => fail('internal', 'Nothing is judged here.'),
      }),
    ),
  );
  const words = (total: number): string[] =>
    asked(tasks, { total }).map(({ task, repeat }) => `${task.parent}${task.prompt}${repeat || ''}`);

  it('are spread over parents and prompts, each pair once before any comes again', () => {
    expect(words(2)).toEqual(['ap', 'bq']);
    expect(words(7)).toEqual(['ap', 'bq', 'cp', 'aq', 'bp', 'cq', 'ap1']);
    expect(new Set(words(6)).size).toBe(6);
  });

  it('are one of each prompt on each parent, or several', () => {
    expect(asked(tasks, { repeats: 2 }).map(({ task, repeat }) => `${task.parent}${task.prompt}${repeat}`)).toEqual([
      'ap0',
      'ap1',
      'aq0',
      'aq1',
      'bp0',
      'bp1',
      'bq0',
      'bq1',
      'cp0',
      'cp1',
      'cq0',
      'cq1',
    ]);
  });

  it('are none without tasks', () => {
    expect(asked([], { total: 5 })).toEqual([]);
  });
});

describe('an archive that begins empty', () => {
  it('takes the first network of each niche', () => {
    // Corners of the unit square are far apart, and a point a hair away falls into its neighbour's niche.
    expect([...addedToFresh([[0, 0], [1, 1], [0.0001, 0], null, [1, 0], [1, 0.9999], [7, 9]])]).toEqual([0, 1, 4]);
  });
});

describe('following an instruction', () => {
  const parent = interpretation(['conv2d', 'relu', 'maxPool2d', 'reshape', 'linear'], 100, 1000);
  const cases: [string, Interpretation, boolean][] = [
    ['add-layer', interpretation(['conv2d', 'relu', 'conv2d', 'maxPool2d', 'linear']), true],
    ['add-layer', interpretation(['conv2d', 'relu', 'relu', 'maxPool2d', 'linear']), false],
    ['delete-layer', interpretation(['conv2d', 'reshape', 'linear']), true],
    ['delete-layer', interpretation(['conv2d', 'maxPool2d', 'reshape', 'linear']), false],
    ['reduce-size', interpretation(['linear'], 50, 1000), true],
    ['reduce-size', interpretation(['linear'], 51, 501), false],
    ['increase-size', interpretation(['linear'], 100, 2000), true],
    ['increase-size', interpretation(['linear'], 199, 1999), false],
    ['add-fully-connected', interpretation(['linear', 'linear']), true],
    ['add-fully-connected', interpretation(['conv2d', 'linear']), false],
    ['add-convolutional', interpretation(['conv2d', 'conv2d']), true],
    ['add-pooling', interpretation(['maxPool2d', 'adaptiveAvgPool2d']), true],
    ['add-pooling', interpretation(['avgPool2d']), false],
    ['add-residual', interpretation(['add']), true],
    ['add-residuals', interpretation(['add']), false],
    ['add-residuals', interpretation(['add', 'add']), true],
    ['add-dropout', interpretation(['dropout']), true],
    ['add-normalization', interpretation(['batchNorm']), true],
    ['add-recurrent', interpretation(['linear']), false],
    ['add-recurrent', interpretation(['conv2d', 'recurrent', 'linear']), true],
    ['improve', interpretation(['linear']), true],
    ['improve', parent, false],
  ];
  it.each(cases)('%s', (prompt, child, followed) => {
    expect(isFollowed(asksOf(readPromptSet('paper'), prompt).asks, [parent], child)).toBe(followed);
  });
});

describe('following a prompt on a cell', () => {
  // Judged by reading the strings, as a person would.
  const parent = parseCell('|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|');
  it.each([
    ['add-conv-1x1', '|nor_conv_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|', true],
    ['add-conv-3x3', '|nor_conv_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|', false],
    ['delete-layer', '|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|none~2|', true],
    ['delete-layer', '|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|skip_connect~2|', false],
    ['delete-add-skip', '|none~0|+|none~0|skip_connect~1|+|skip_connect~0|none~1|avg_pool_3x3~2|', true],
    ['delete-add-skip', '|nor_conv_3x3~0|+|none~0|skip_connect~1|+|skip_connect~0|none~1|avg_pool_3x3~2|', false],
    ['delete-add-skip', '|skip_connect~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|', false],
  ])('%s: %s', (prompt, child, followed) => {
    expect(
      isCellFollowed(readCellPromptSet().mutation.find(({ id }) => id === prompt)?.asks, parent, parseCell(child)),
    ).toBe(followed);
  });
});

describe('parents', () => {
  it('come from a JSON list or from a folder of Python files', async () => {
    writeFileSync(join(folder, 'parents.json'), JSON.stringify([{ id: 7, source: 'class Net: pass' }]));
    expect(await readParents(join(folder, 'parents.json'))).toEqual([{ id: '7', source: 'class Net: pass' }]);
    writeFileSync(join(folder, 'b.py'), 'B');
    writeFileSync(join(folder, 'a.py'), 'A');
    expect(await readParents(folder)).toEqual([
      { id: 'a', source: 'A' },
      { id: 'b', source: 'B' },
    ]);
  });

  it('are refused with the reason where there are none', async () => {
    writeFileSync(join(folder, 'wrong.json'), '[{"id": "x"}]');
    await expect(readParents(join(folder, 'wrong.json'))).rejects.toThrow(/source.*0\.source|0\.source/);
    writeFileSync(join(folder, 'broken.json'), '[');
    await expect(readParents(join(folder, 'broken.json'))).rejects.toThrow('is not JSON');
    await expect(readParents(join(folder, 'none'))).rejects.toThrow('no parents at');
  });
});
