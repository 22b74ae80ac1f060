import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { FailureError } from '../../../core/failure.ts';
import { type GgufHeader, readGguf } from '../../../core/gguf/read.ts';
import { tensorTypes } from '../../../core/gguf/tensor-types.ts';
import { describeModel, modelProblems } from '../../../main/llm/model-description.ts';
import { hashFile, readModelFile } from '../../../main/llm/model-file.ts';
import { golden, type TinyModel, tinyModelFile } from '../../main/llm/golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-gguf-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(bytes: Uint8Array): Promise<GgufHeader> {
  return readGguf({
    name: 'test.gguf',
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  });
}

async function refusal(work: Promise<unknown>): Promise<FailureError['failure']> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FailureError)) throw new Error(`Not refused: ${String(error)}`);
  return error.failure;
}

const bytes = readFileSync(tinyModelFile('tiny-random'));

describe('the GGUF reader', () => {
  it.each(['tiny-random', 'tiny-taught'] satisfies TinyModel[])('reads %s as the gguf package does', async (model) => {
    const expected = golden.models[model].header;
    const { header } = await readModelFile(tinyModelFile(model));
    const metadata = Object.fromEntries(
      [...header.metadata].map(([key, value]) => [
        key,
        typeof value === 'object' ? { length: value.length, first: value.first.slice(0, 20) } : value,
      ]),
    );
    expect(metadata).toEqual(expected.metadata);
    expect(header.tensors).toEqual(expected.tensors);
  });

  it("has ggml's table of tensor types", () => {
    expect([...tensorTypes].map(([number, type]) => ({ number, ...type }))).toEqual(golden.types);
  });

  it('describes the model', async () => {
    const { header } = await readModelFile(tinyModelFile('tiny-taught'));
    expect(describeModel(header)).toMatchObject({
      architecture: 'phi2',
      parameters: golden.models['tiny-taught'].parameters + 2 * 32, // attn_output.bias, which CodeGen lacks
      contextLength: 512,
      layers: 2,
      heads: 4,
      vocabulary: golden.vocabulary,
      quantization: 'F32',
      chat: false,
    });
  });

  it('hashes a file as SHA-256', async () => {
    const file = join(folder, 'abc');
    writeFileSync(file, 'abc');
    // FIPS 180-2, appendix B.1
    expect(await hashFile(file)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('refuses every truncation with one sentence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 1 }), async (length) => {
        const failure = await refusal(read(bytes.subarray(0, length)));
        expect(failure.kind).toBe('model-file');
        expect(failure.message).toMatch(/^test\.gguf is truncated.*again\.$/s);
      }),
      { numRuns: 150 },
    );
  });

  it('refuses a tensor that does not begin where the one before it ends', async () => {
    const { tensors, dataOffset } = await read(bytes);
    const second = tensors[1]!;
    const damaged = new Uint8Array(bytes);
    // The entry: name, rank, sizes, type, then the offset.
    const at = bytes.indexOf(second.name) + second.name.length + 4 + 8 * second.dimensions.length + 4;
    expect(new DataView(damaged.buffer).getUint32(at, true)).toBe(second.offset - dataOffset);
    new DataView(damaged.buffer).setUint32(at, second.offset - dataOffset - 32, true);
    expect((await refusal(read(damaged))).message).toContain(`tensor ${second.name} lies at`);
  });

  it('reads or refuses a file with flipped bytes, and never throws anything else', async () => {
    const { dataOffset } = await read(bytes);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: dataOffset - 1 }), fc.integer({ min: 1, max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        async (flips) => {
          const damaged = new Uint8Array(bytes);
          for (const [at, mask] of flips) damaged[at] = (damaged[at] ?? 0) ^ mask;
          try {
            modelProblems(await read(damaged), 'test.gguf');
          } catch (error) {
            expect(error).toBeInstanceOf(FailureError);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('files that are no models', () => {
  it('says that there is no such file', async () => {
    const failure = await refusal(readModelFile(join(folder, 'missing.gguf')));
    expect(failure).toMatchObject({ kind: 'file', message: expect.stringContaining('missing.gguf') });
  });

  it('says how a checkpoint is converted', async () => {
    writeFileSync(join(folder, 'pytorch_model.bin'), 'PK');
    for (const path of [folder, join(folder, 'pytorch_model.bin')]) {
      const failure = await refusal(readModelFile(path));
      expect(failure.kind).toBe('model-file');
      expect(failure.message).toContain(`model convert ${folder} --out`);
    }
  });

  it('says that text is not a GGUF file', async () => {
    writeFileSync(join(folder, 'text.gguf'), 'Not a model at all.');
    expect((await refusal(readModelFile(join(folder, 'text.gguf')))).message).toContain('does not begin with');
  });
});

describe('what would stop llama.cpp', () => {
  it.each([
    'phi2.feed_forward_length',
    'phi2.attention.head_count',
    'phi2.rope.dimension_count',
    'phi2.context_length',
    'phi2.embedding_length',
    'phi2.block_count',
    'phi2.attention.layer_norm_epsilon',
    'tokenizer.ggml.model',
    'tokenizer.ggml.tokens',
    'tokenizer.ggml.merges',
    'tokenizer.ggml.pre',
    'tokenizer.ggml.token_type',
    'general.architecture',
  ])('names the missing key %s', async (key) => {
    const header = await read(bytes);
    const metadata = new Map(header.metadata);
    expect(metadata.delete(key)).toBe(true);
    const messages = modelProblems({ ...header, metadata }, 'test.gguf').map((problem) => problem.message);
    expect(messages.some((message) => message.includes(`key ${key} is missing`))).toBe(true);
  });

  it('names a value that no model has, and a missing tensor', async () => {
    const header = await read(bytes);
    const metadata = new Map(header.metadata).set('phi2.attention.head_count', 0);
    expect(modelProblems({ ...header, metadata }, 'test.gguf')[0]?.message).toContain('head_count is 0');
    const tensors = header.tensors.filter((tensor) => tensor.name !== 'blk.1.ffn_up.bias');
    expect(modelProblems({ ...header, tensors }, 'test.gguf')[0]?.message).toContain('blk.1.ffn_up.bias is missing');
    const withoutKeys = header.tensors.filter((tensor) => tensor.name !== 'blk.0.attn_k.weight');
    expect(modelProblems({ ...header, tensors: withoutKeys }, 'test.gguf')[0]?.message).toContain(
      'blk.0.attn_k.weight',
    );
    const wide = new Map(header.metadata).set('phi2.rope.dimension_count', 10);
    expect(modelProblems({ ...header, metadata: wide }, 'test.gguf')[0]?.message).toContain('dimension_count 10');
    expect(modelProblems(header, 'test.gguf')).toEqual([]);
  });
});
