/** What transformers and the gguf package say about the tiny models of test/golden/llm (made by make.py there). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

export const goldenFolder = join(import.meta.dirname, '..', '..', 'golden', 'llm');

const greedySchema = z.object({
  prompt: z.string(),
  ids: z.array(z.int()),
  /** Distance of the best logit to the second best, for each token and the end of text. */
  margins: z.array(z.number()),
  ended: z.boolean(),
  text: z.string(),
  /** Tokens before the first that is not clearly the best (by 0.02), and their text. */
  clear: z.int(),
  clearText: z.string(),
});

const goldenSchema = z.object({
  vocabulary: z.int(),
  types: z.array(z.object({ number: z.int(), name: z.string(), block: z.int(), bytes: z.int() })),
  texts: z.array(z.object({ text: z.string(), ids: z.array(z.int()) })),
  models: z.record(
    z.enum(['tiny-random', 'tiny-taught']),
    z.object({
      header: z.object({
        metadata: z.record(z.string(), z.unknown()),
        tensors: z.array(
          z.object({
            name: z.string(),
            dimensions: z.array(z.int()),
            type: z.string(),
            offset: z.int(),
            bytes: z.int(),
          }),
        ),
      }),
      parameters: z.int(),
      greedy: z.array(greedySchema),
    }),
  ),
});

export const golden = goldenSchema.parse(JSON.parse(readFileSync(join(goldenFolder, 'golden.json'), 'utf8')));

const samplingSchema = z.object({
  penalties: z.array(z.object({ prompt: z.string(), penalty: z.number(), tokens: z.int(), text: z.string() })),
  minP: z.array(z.object({ prompt: z.string(), minP: z.number(), texts: z.array(z.string()) })),
});

/** What transformers' logits processors make of `tiny-random` (made by make_sampling.py). */
export const samplingGolden = samplingSchema.parse(
  JSON.parse(readFileSync(join(goldenFolder, 'sampling.json'), 'utf8')),
);

export type TinyModel = keyof typeof golden.models;

export function tinyModelFile(model: TinyModel): string {
  return join(goldenFolder, `${model}.gguf`);
}
