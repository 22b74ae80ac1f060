/** Converted checkpoints against transformers: the same tokens of a text, the same next tokens, the same probabilities. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getLlama, type Llama, LlamaLogLevel, type LlamaModel, type Token } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { convertCodegen } from '../../../../main/llm/convert/convert-codegen.ts';
import { runPython } from './python.ts';

const expectedSchema = z.object({
  texts: z.array(z.object({ text: z.string(), ids: z.array(z.int()) })),
  checkpoints: z.record(
    z.string(),
    z.object({
      vocabulary: z.int(),
      blocks: z.int(),
      prompts: z.array(z.array(z.int())),
      greedy: z.array(z.array(z.int())),
      margins: z.array(z.array(z.number())),
    }),
  ),
});

/** Logits of two float implementations differ by about so much here, most of it ggml's table of halves for GELU. */
const floatError = 0.01;

const folder = mkdtempSync(join(tmpdir(), 'llmatic-convert-'));
let expected: z.infer<typeof expectedSchema>;
let llama: Llama;

beforeAll(async () => {
  runPython('test/golden/llm/codegen/compare.py', [folder]);
  expected = expectedSchema.parse(JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')));
  llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.error,
  });
}, 300_000);
afterAll(async () => {
  await llama?.dispose();
  rmSync(folder, { recursive: true });
});

async function converted(name: string): Promise<LlamaModel> {
  const out = join(folder, `${name}.gguf`);
  await convertCodegen({ folder: join(folder, name), out, type: 'f32', force: true });
  return llama.loadModel({ modelPath: out, gpuLayers: 0 });
}

/** Probabilities of the whole vocabulary after each of the last `count` of `ids`. */
async function probabilities(model: LlamaModel, ids: readonly number[], count: number): Promise<Map<Token, number>[]> {
  const context = await model.createContext({ sequences: 1, contextSize: 256, threads: 1 });
  try {
    const after = ids.length - count;
    const answers = await context.getSequence().controlledEvaluate(
      ids.map((id, index) => {
        const token = id as Token;
        const options = { temperature: 1, topK: 0, topP: 1, minP: 0, seed: 1 };
        return index < after ? token : [token, { generateNext: { probabilities: true, options } }];
      }),
    );
    return answers.slice(after).map((answer) => answer?.next.probabilities ?? new Map());
  } finally {
    await context.dispose();
  }
}

const names = ['narrow-rotary', 'sharded', 'whole-rotary', 'sharded-bin', 'eight-blocks', 'half', 'bfloat'];

describe('a converted CodeGen', () => {
  it('is tried in every shape that the oracle made', () => {
    expect(Object.keys(expected.checkpoints).sort()).toEqual([...names].sort());
  });

  it.each(['narrow-rotary', 'whole-rotary'])(
    'cuts 1,000 pieces of code into the tokens of transformers (%s)',
    async (name) => {
      const model = await converted(name);
      expect(expected.texts).toHaveLength(1000);
      const wrong = expected.texts.filter(({ text, ids }) => model.tokenize(text, false).join() !== ids.join());
      expect(wrong).toEqual([]);
      const joined = expected.texts.filter(({ text, ids }) => model.detokenize(ids as Token[]) !== text);
      expect(joined).toEqual([]);
      await model.dispose();
    },
    120_000,
  );

  it.each(names)(
    'gives the next tokens and probabilities of transformers (%s)',
    async (name) => {
      const about = expected.checkpoints[name]!;
      const bytes = readFileSync(join(folder, `probabilities-${name}.f32`));
      const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
      const model = await converted(name);
      let row = 0;
      let clear = 0;
      let worst = 0;
      for (const [index, prompt] of about.prompts.entries()) {
        const greedy = about.greedy[index]!;
        const margins = about.margins[index]!;
        expect(greedy).toHaveLength(100);
        const steps = await probabilities(model, [...prompt, ...greedy.slice(0, -1)], greedy.length);
        for (const [step, found] of steps.entries()) {
          const wanted = all.subarray(row * about.vocabulary, (row + 1) * about.vocabulary);
          row++;
          expect(found.size).toBe(about.vocabulary);
          let best = -1;
          for (const [token, probability] of found) {
            worst = Math.max(worst, Math.abs(probability - wanted[token]!));
            if (best < 0 || probability > found.get(best as Token)!) best = token;
          }
          if (margins[step]! <= floatError) continue;
          clear++;
          expect(best, `token ${step} after prompt ${index}`).toBe(greedy[step]);
        }
      }
      console.log(
        `${name}: ${clear} of ${row} next tokens clear and equal, probabilities within ${worst.toExponential(1)}`,
      );
      expect(clear).toBeGreaterThan(0.9 * row);
      expect(worst).toBeLessThan(1e-3);
      await model.dispose();
    },
    120_000,
  );
});
