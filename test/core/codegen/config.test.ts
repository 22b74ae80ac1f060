import { describe, expect, it } from 'vitest';
import { readCodegenConfig } from '../../../core/codegen/config.ts';
import { FailureError } from '../../../core/failure.ts';

/** config.json of Salesforce/codegen-350M-mono, but for what has no effect. */
const published = {
  architectures: ['CodeGenForCausalLM'],
  model_type: 'codegen',
  activation_function: 'gelu_new',
  bos_token_id: 1,
  eos_token_id: 50256,
  layer_norm_epsilon: 1e-5,
  n_ctx: 2048,
  n_embd: 1024,
  n_head: 16,
  n_inner: null,
  n_layer: 20,
  n_positions: 2048,
  rotary_dim: 32,
  tie_word_embeddings: false,
  vocab_size: 51200,
};

const sizes = {
  '350M': { n_embd: 1024, n_head: 16, n_layer: 20, rotary_dim: 32 },
  '2B': { n_embd: 2560, n_head: 32, n_layer: 32, rotary_dim: 64 },
  '6B': { n_embd: 4096, n_head: 16, n_layer: 33, rotary_dim: 64 },
  '16B': { n_embd: 6144, n_head: 24, n_layer: 34, rotary_dim: 64 },
};

const read = (change: object, code: string | null = null) =>
  readCodegenConfig(JSON.stringify({ ...published, ...change }), code);

function refusal(work: () => unknown): { kind: string; message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof FailureError) return error.failure;
    throw error;
  }
  return expect.fail('It was not refused.');
}

describe('config.json', () => {
  it.each(Object.entries(sizes))('is read for CodeGen %s', (_, size) => {
    const config = read(size);
    expect(config).toMatchObject({ width: size.n_embd, heads: size.n_head, layers: size.n_layer, blocks: 4 });
    expect(config).toMatchObject({ inner: 4 * size.n_embd, vocabulary: 51200, endOfText: 50256, context: 2048 });
  });

  it('takes the blocks of the attention projection from the modelling code that a checkpoint brings', () => {
    expect(read({}, '        # mp_num = 4\n        mp_num = 8\n').blocks).toBe(8);
    expect(read({ head_dim: 64 }, '        mp_num = 4  # cores\n').blocks).toBe(4);
  });

  it('takes eight blocks for the CodeGen2 that give head_dim, as CTranslate2 does, and refuses an unknown one', () => {
    // config.json of Salesforce/codegen2-1B; the modelling code beside it has mp_num = 8.
    const small = { n_embd: 2048, n_head: 16, n_layer: 16, rotary_dim: 64, head_dim: 128 };
    expect(read(small).blocks).toBe(8);
    expect(read({ ...small, n_embd: 4096, head_dim: 256 }).blocks).toBe(8);
    const failure = refusal(() => read({ ...small, n_embd: 1024, head_dim: 64 }));
    expect(failure).toMatchObject({ kind: 'unsupported', message: expect.stringContaining('head_dim 64') });
    expect(failure.message).toContain('modeling_codegen.py');
  });

  it('refuses modelling code that does not say the blocks plainly', () => {
    for (const code of ['', 'mp_num = 4\nmp_num = 8\n', 'mp_num = config.mp_num\n']) {
      expect(refusal(() => read({}, code)).message).toContain('mp_num');
    }
  });

  it.each([
    [{ model_type: 'llama' }, 'unsupported', 'CodeGen2.5'],
    [{ model_type: 'gptj' }, 'unsupported', 'model_type gptj'],
    [{ n_embd: undefined }, 'checkpoint', 'n_embd'],
    [{ n_layer: 0 }, 'checkpoint', 'n_layer'],
    [{ rotary_dim: null }, 'checkpoint', 'rotary_dim'],
    [{ rotary_dim: 33 }, 'unsupported', 'rotary_dim 33'],
    [{ rotary_dim: 66 }, 'unsupported', 'exceeds the 64'],
    [{ n_head: 15 }, 'unsupported', 'n_head 15'],
    [{ n_head: 2 }, 'unsupported', '4 blocks'],
    [{ head_dim: 32 }, 'unsupported', 'head_dim 32'],
    [{ activation_function: 'relu' }, 'unsupported', 'relu'],
  ])('refuses %j as %s', (change, kind, message) => {
    const failure = refusal(() => read(change));
    expect(failure).toMatchObject({ kind, message: expect.stringContaining(message) });
    expect(failure.message).toContain('config.json');
  });

  it('refuses what is not JSON, or not an object', () => {
    expect(refusal(() => readCodegenConfig('{"a":', null)).message).toContain('config.json is not JSON');
    expect(refusal(() => readCodegenConfig('[]', null)).kind).toBe('checkpoint');
  });
});
