import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Failure, FailureError } from '../../../../core/failure.ts';
import { outputTypes } from '../../../../core/gguf/encode.ts';
import { type ConversionOptions, convertCodegen } from '../../../../main/llm/convert/convert-codegen.ts';
import { createLanguageModel } from '../../../../main/llm/language-model.ts';
import { golden, tinyCheckpoint } from './golden.ts';
import { withoutCrc } from './zip-crc.ts';

function convert(folder: string, change: Partial<ConversionOptions> = {}) {
  return convertCodegen({ folder, out: join(dirname(folder), 'tiny.gguf'), type: 'f32', ...change });
}

/** The failure of a conversion, which leaves nothing beside the checkpoint. */
async function refusal(folder: string, change: Partial<ConversionOptions> = {}): Promise<Failure> {
  try {
    await convert(folder, change);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    expect(readdirSync(dirname(folder)).filter((name) => name !== 'tiny')).toEqual([]);
    return error.failure;
  }
  return expect.fail('It was not refused.');
}

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

/** Overwrites the first place of `from` in a file, keeping its length. */
function patch(file: string, from: string, to: string): void {
  const bytes = readFileSync(file);
  const at = bytes.indexOf(from, 0, 'latin1');
  expect(at).toBeGreaterThan(0);
  bytes.write(to.padEnd(from.length).slice(0, from.length), at, 'latin1');
  // Who changes an archive on purpose makes its sums anew.
  writeFileSync(file, withoutCrc(bytes));
}

describe('a converted checkpoint', () => {
  it.each(outputTypes)('is byte for byte what the gguf package writes, as %s', async (type) => {
    const folder = tinyCheckpoint('bin', 'older');
    const done = await convert(folder, { type });
    expect(done.sha256).toBe(golden.sha256[type]);
    expect(createHash('sha256').update(readFileSync(done.file)).digest('hex')).toBe(golden.sha256[type]);
    expect(done).toMatchObject({ name: 'tiny', type, blocks: 4, padding: 5, context: 128 });
  });

  it.each([
    ['safetensors of F16 in several files, and tokenizer.json', ['safetensors', 'tokenizer']],
    ['both forms of weights and tokenizer', ['safetensors', 'bin', 'tokenizer', 'older']],
  ] as const)('is the same from %s', async (_, kept) => {
    const done = await convert(tinyCheckpoint(...kept));
    expect(done.sha256).toBe(golden.sha256.f32);
    expect(done.weights).toEqual(['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']);
  });

  it('is the same from files that git left without shards', async () => {
    const folder = tinyCheckpoint('safetensors', 'older');
    const index = join(folder, 'model.safetensors.index.json');
    edit(index, (text) => text.replaceAll('-of-00002', ''));
    for (const number of ['00001', '00002']) {
      renameSync(join(folder, `model-${number}-of-00002.safetensors`), join(folder, `model-${number}.safetensors`));
    }
    expect((await convert(folder)).sha256).toBe(golden.sha256.f32);
  });

  it('writes the text and cuts the tokens of transformers', async () => {
    const { file } = await convert(tinyCheckpoint('safetensors', 'tokenizer'));
    const model = await createLanguageModel({ file });
    onTestFinished(() => model.close());
    for (const { text, ids } of golden.texts) expect(await model.tokenize(text)).toEqual(ids);
    const { prompt, tokens, text } = golden.greedy;
    const written = await model.generate({
      prompt,
      temperature: 0,
      topP: 1,
      topK: 0,
      minP: 0,
      repetitionPenalty: 1,
      maxTokens: tokens,
      seed: 1,
    });
    expect(text.startsWith(written.text)).toBe(true);
    expect(written.text.length).toBeGreaterThan(0.5 * text.length);
  });

  it('tells how far it is', async () => {
    const shares: number[] = [];
    const done = await convert(tinyCheckpoint('bin', 'older'), {
      onProgress: (written, all) => shares.push(written / all),
    });
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)! * done.bytes).toBeGreaterThan(done.bytes - 32);
  });
});

describe('the file that a conversion writes', () => {
  it('does not replace another without being told to', async () => {
    const folder = tinyCheckpoint('bin', 'older');
    const out = join(dirname(folder), 'tiny.gguf');
    writeFileSync(out, 'mine');
    await expect(convert(folder)).rejects.toMatchObject({
      failure: { kind: 'usage', message: expect.stringContaining('--force') },
    });
    expect(readFileSync(out, 'utf8')).toBe('mine');
    expect((await convert(folder, { force: true })).sha256).toBe(golden.sha256.f32);
  });

  it('must be a .gguf', async () => {
    const folder = tinyCheckpoint('bin', 'older');
    expect((await refusal(folder, { out: join(dirname(folder), 'tiny.bin') })).message).toContain('.gguf');
  });

  it('is not begun where the disk has no room, and says how much it needs', async () => {
    const folder = tinyCheckpoint('bin', 'older');
    const failure = await refusal(folder, { freeBytes: async () => 1000 });
    expect(failure).toMatchObject({
      kind: 'disk',
      message: expect.stringMatching(/needs [0-9]+ kB, but [0-9]+ kB are free/),
    });
  });

  it('is not there after a cancellation, and neither is a part of it', async () => {
    const folder = tinyCheckpoint('bin', 'older');
    const controller = new AbortController();
    const reason = new FailureError({ kind: 'interrupted', message: 'Interrupted.' });
    const failure = await refusal(folder, { signal: controller.signal, onProgress: () => controller.abort(reason) });
    expect(failure).toEqual(reason.failure);
  });

  it('takes away what a killed conversion left, not what one under way is writing', async () => {
    const folder = tinyCheckpoint('bin', 'older');
    const parent = dirname(folder);
    writeFileSync(join(parent, 'tiny.gguf.99999999.partial'), 'left');
    writeFileSync(join(parent, `tiny.gguf.${process.ppid}.partial`), 'under way');
    writeFileSync(join(parent, 'other.gguf.99999999.partial'), 'of another');
    await convert(folder);
    expect(readdirSync(parent).sort()).toEqual(
      ['other.gguf.99999999.partial', 'tiny', 'tiny.gguf', `tiny.gguf.${process.ppid}.partial`].sort(),
    );
  });
});

describe('a checkpoint that cannot be converted', () => {
  it.each([
    [
      'a folder that is not there',
      (folder: string) => rmSync(folder, { recursive: true }),
      'file',
      'There is no folder',
    ],
    ['no config.json', (folder: string) => unlinkSync(join(folder, 'config.json')), 'checkpoint', 'no config.json'],
    [
      'no weights',
      (folder: string) => unlinkSync(join(folder, 'pytorch_model.bin')),
      'checkpoint',
      'model.safetensors',
    ],
    [
      'weights of another framework',
      (folder: string) => renameSync(join(folder, 'pytorch_model.bin'), join(folder, 'flax_model.msgpack')),
      'checkpoint',
      'flax_model.msgpack',
    ],
    [
      'a pointer of Git LFS',
      (folder: string) =>
        writeFileSync(join(folder, 'pytorch_model.bin'), 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n'),
      'checkpoint',
      'git lfs pull',
    ],
    [
      "a cut-off file of PyTorch's form from before 1.6",
      (folder: string) =>
        writeFileSync(
          join(folder, 'pytorch_model.bin'),
          Buffer.from('80028a0a6cfc9c46f9206aa850192e80024de9032e', 'hex'),
        ),
      'checkpoint',
      'pytorch_model.bin is damaged: byte 21 of its pickle',
    ],
    [
      'something else',
      (folder: string) => writeFileSync(join(folder, 'pytorch_model.bin'), 'hello'),
      'checkpoint',
      'neither as a zip archive nor as a pickle',
    ],
    [
      'a truncated zip',
      (folder: string) => truncateSync(join(folder, 'pytorch_model.bin'), 50_000),
      'checkpoint',
      'does not end with a zip directory',
    ],
    [
      'a call of another function in its pickle',
      (folder: string) =>
        patch(join(folder, 'pytorch_model.bin'), 'torch._utils\n_rebuild_tensor_v2', 'posix\nsystem\n'),
      'checkpoint',
      'posix.system',
    ],
    [
      'other sizes than config.json says',
      (folder: string) => edit(join(folder, 'config.json'), (text) => text.replace('"n_layer": 1', '"n_layer": 2')),
      'checkpoint',
      'transformer.h.1.ln_1.weight',
    ],
    [
      'a wider model than config.json says',
      (folder: string) => edit(join(folder, 'config.json'), (text) => text.replace('"n_embd": 32', '"n_embd": 16')),
      'checkpoint',
      ', 16]',
    ],
    [
      'a tensor that CodeGen has not',
      (folder: string) => patch(join(folder, 'pytorch_model.bin'), 'attn.causal_mask', 'attn.lora_A.mask'),
      'unsupported',
      'attn.lora_A.mask',
    ],
    [
      'a missing language head',
      (folder: string) => patch(join(folder, 'pytorch_model.bin'), 'lm_head.bias', 'lm_head.bats'),
      'checkpoint',
      'no lm_head.bias',
    ],
    [
      'numbers of a type that weights have not',
      (folder: string) => patch(join(folder, 'pytorch_model.bin'), 'BFloat16Storage', 'ShortStorage\n'),
      'checkpoint',
      'pytorch_model.bin',
    ],
  ])('with %s is refused, and nothing is left behind', async (_, damage, kind, message) => {
    const folder = tinyCheckpoint('bin', 'older');
    damage(folder);
    const failure = await refusal(folder);
    expect(failure).toMatchObject({ kind, message: expect.stringContaining(message) });
  });

  it.each([
    'vocab_size',
    'n_positions',
    'n_embd',
    'n_layer',
    'n_head',
    'rotary_dim',
    'n_inner',
    'head_dim',
    'eos_token_id',
  ])('with any large %s is refused before room is made for it', async (key) => {
    const folder = tinyCheckpoint('bin', 'older');
    const file = join(folder, 'config.json');
    const given: Record<string, unknown> = JSON.parse(readFileSync(file, 'utf8'));
    for (const value of [1000, 2 ** 20, 2 ** 24, 2 ** 31, 2 ** 53, 1e300]) {
      writeFileSync(file, JSON.stringify({ ...given, [key]: value }));
      const before = process.memoryUsage.rss();
      try {
        // Some are merely unusual: a longer context, another end of text.
        await convert(folder, { force: true });
      } catch (error) {
        expect((error as FailureError).failure.kind).toMatch(/^(checkpoint|unsupported)$/);
      }
      expect(process.memoryUsage.rss() - before).toBeLessThan(300e6);
    }
  });

  it('is read with byte order marks, and called UTF-16 where it is that', async () => {
    const folder = tinyCheckpoint('bin', 'older');
    for (const name of ['config.json', 'vocab.json', 'merges.txt', 'added_tokens.json']) {
      edit(join(folder, name), (text) => `\ufeff${text}`);
    }
    expect((await convert(folder)).sha256).toBe(golden.sha256.f32);
    rmSync(join(dirname(folder), 'tiny.gguf'));
    writeFileSync(join(folder, 'config.json'), Buffer.from('\ufeff{"model_type": "codegen"}', 'utf16le'));
    expect((await refusal(folder)).message).toContain('config.json is text in UTF-16');
  });

  it.each([
    ['a missing file', (folder: string) => unlinkSync(join(folder, 'model-00002-of-00002.safetensors')), 'is not in'],
    ['no index', (folder: string) => unlinkSync(join(folder, 'model.safetensors.index.json')), 'without its index'],
    [
      'a file outside the folder',
      (folder: string) =>
        edit(join(folder, 'model.safetensors.index.json'), (text) => text.replaceAll('model-00002', '../model-00002')),
      "not in the checkpoint's folder",
    ],
    [
      'an index of other tensors',
      (folder: string) =>
        edit(join(folder, 'model.safetensors.index.json'), (text) => text.replace('lm_head.bias', 'lm_head.bits')),
      'lm_head.bits',
    ],
    [
      'a truncated file',
      (folder: string) => truncateSync(join(folder, 'model-00002-of-00002.safetensors'), 20_000),
      'model-00002-of-00002.safetensors',
    ],
  ])('in several files with %s is refused', async (_, damage, message) => {
    const folder = tinyCheckpoint('safetensors', 'tokenizer');
    damage(folder);
    expect(await refusal(folder)).toMatchObject({ kind: 'checkpoint', message: expect.stringContaining(message) });
  });

  it('with a NaN among its weights is refused by the name of the tensor', async () => {
    const folder = tinyCheckpoint('safetensors', 'tokenizer');
    const file = join(folder, 'model-00001-of-00002.safetensors');
    const bytes = readFileSync(file);
    bytes.writeUInt16LE(0x7e00, bytes.length - 2);
    writeFileSync(file, bytes);
    for (const type of ['f16', 'q8_0'] as const) {
      expect((await refusal(folder, { type })).message).toMatch(/model-00001-of-00002.safetensors: transformer\..*NaN/);
    }
  });

  it('with any damage ends in a file or in one reason, never otherwise', async () => {
    const folder = tinyCheckpoint('bin', 'older');
    const file = join(folder, 'pytorch_model.bin');
    const sound = readFileSync(file);
    const parts = ['PK\x01\x02', 'PK\x05\x06', 'data.pkl'].map((text) => sound.indexOf(text, 0, 'latin1'));
    const where = fc.oneof(
      fc.integer({ min: 0, max: sound.length - 1 }),
      ...parts.map((start) => fc.integer({ min: start, max: Math.min(start + 1500, sound.length - 1) })),
    );
    const reasons = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(where, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
        async (flips) => {
          const damaged = Uint8Array.from(sound);
          for (const [at, mask] of flips) damaged[at] = (damaged[at] ?? 0) ^ mask;
          writeFileSync(file, damaged);
          try {
            await convert(folder, { force: true });
          } catch (error) {
            expect(error).toBeInstanceOf(FailureError);
            if (error instanceof FailureError) reasons.add(error.failure.kind);
          }
        },
      ),
      { numRuns: 150 },
    );
    expect([...reasons].filter((kind) => kind !== 'checkpoint' && kind !== 'unsupported')).toEqual([]);
    expect(reasons.has('checkpoint')).toBe(true);
  });
});
