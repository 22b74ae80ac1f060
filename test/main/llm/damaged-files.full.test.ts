import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { FailureError } from '../../../core/failure.ts';
import { readGguf } from '../../../core/gguf/read.ts';
import { createLanguageModel } from '../../../main/llm/language-model.ts';
import { tinyModelFile } from './golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-damaged-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = readFileSync(tinyModelFile('tiny-random'));
const { dataOffset } = await readGguf({
  name: 'tiny-random.gguf',
  size: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

const kinds = ['model-file', 'model-crash', 'memory'];

/** Loads a damaged file in a process of its own and writes a little with it: a text, or one failure of a known kind. */
async function outcome(damaged: Uint8Array): Promise<string> {
  const file = join(folder, 'damaged.gguf');
  writeFileSync(file, damaged);
  try {
    const model = await createLanguageModel({ file, retries: 0 });
    try {
      await model.generate({
        prompt: 'class',
        temperature: 1,
        topP: 1,
        topK: 0,
        minP: 0,
        repetitionPenalty: 1,
        maxTokens: 20,
        seed: 1,
      });
      return 'written';
    } finally {
      await model.close();
    }
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    expect(kinds).toContain(error.failure.kind);
    expect(error.failure.message).toContain('damaged.gguf');
    return error.failure.kind;
  }
}

describe('a damaged model', () => {
  it('never takes this process along when header bytes are flipped, and ends in a text or one failure', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4, max: dataOffset - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          const damaged = new Uint8Array(bytes);
          damaged[at] = (damaged[at] ?? 0) ^ mask;
          const what = await outcome(damaged);
          seen.set(what, (seen.get(what) ?? 0) + 1);
        },
      ),
      { numRuns: 60, endOnFailure: true },
    );
    // Both happen: flips in token texts do no harm, flips in lengths and types are refused.
    expect(seen.get('written') ?? 0).toBeGreaterThan(0);
    expect(seen.get('model-file') ?? 0).toBeGreaterThan(0);
  }, 300_000);

  it('never takes this process along when weights are flipped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: dataOffset, max: bytes.length - 1 }), { minLength: 1, maxLength: 2000 }),
        async (places) => {
          const damaged = new Uint8Array(bytes);
          for (const at of places) damaged[at] = (damaged[at] ?? 0) ^ 0xff;
          await outcome(damaged);
        },
      ),
      { numRuns: 12, endOnFailure: true },
    );
  }, 120_000);

  it('is refused before it is loaded when it is truncated anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
        expect(await outcome(bytes.subarray(0, length))).toBe('model-file');
      }),
      { numRuns: 100 },
    );
  });
});
