/** The tiny CodeGen of test/golden/llm/codegen, in the form that a test wants, and what the oracles say about it. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import * as z from 'zod';
import { outputTypes } from '../../../../core/gguf/encode.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'golden', 'llm', 'codegen');

const goldenSchema = z.object({
  sha256: z.record(z.enum(outputTypes), z.string()),
  texts: z.array(z.object({ text: z.string(), ids: z.array(z.int()) })),
  greedy: z.object({ prompt: z.string(), text: z.string(), tokens: z.int(), margin: z.number() }),
  blocks: z.object({ numbers: z.string(), bytes: z.record(z.string(), z.string()) }),
  shorts: z.object({ numbers: z.string(), halves: z.string(), bfloats: z.string() }),
});

export const golden = goldenSchema.parse(JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')));

const groups = {
  safetensors: /safetensors/,
  bin: /pytorch_model/,
  tokenizer: /^tokenizer/,
  older: /^(vocab|merges|added_tokens)/,
} as const;

type Group = keyof typeof groups;

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'llmatic-convert-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** The checkpoint with config.json and these groups of files only, in a folder `tiny` of its own. */
export function tinyCheckpoint(...kept: readonly Group[]): string {
  const target = join(temporaryFolder(), 'tiny');
  for (const name of readdirSync(join(folder, 'tiny'))) {
    const [group] = Object.entries(groups).find(([, pattern]) => pattern.test(name)) ?? ['config'];
    if (group === 'config' || kept.some((each) => each === group))
      cpSync(join(folder, 'tiny', name), join(target, name));
  }
  return target;
}
