import { describe, expect, it } from 'vitest';
import type { CodegenConfig } from '../../../core/codegen/config.ts';
import { isBuffer, planTensors, rotaryOrder } from '../../../core/codegen/tensor-plan.ts';

const config: CodegenConfig = {
  name: null,
  vocabulary: 50,
  context: 16,
  width: 16,
  layers: 2,
  heads: 4,
  rotary: 2,
  inner: 64,
  epsilon: 1e-5,
  blocks: 2,
  endOfText: 1,
  tied: false,
};

const everything = (): boolean => true;

describe('the plan of a conversion', () => {
  it('puts the dimensions that turn together half a rotary part apart', () => {
    expect(rotaryOrder(8, 6)).toEqual([0, 2, 4, 1, 3, 5, 6, 7]);
    expect(rotaryOrder(4, 4)).toEqual([0, 2, 1, 3]);
  });

  it('reads every row of the fused projection once: queries, keys, values', () => {
    const fused = planTensors(config, everything).tensors.find(({ name }) => name === 'blk.1.attn_qkv.weight')!;
    const rows = fused.runs!.flatMap(({ first, count, order }) =>
      Array.from({ length: count }, (_, row) => first + (order?.[row] ?? row)),
    );
    expect([...rows].sort((a, b) => a - b)).toEqual(Array.from({ length: 48 }, (_, row) => row));
    // Two blocks of [8 query rows, 8 value rows, 8 key rows].
    const part = (from: number): boolean[] =>
      rows.slice(from, from + 16).map((row) => Math.floor((row % 24) / 8) === 0);
    expect(part(0)).toEqual(new Array(16).fill(true));
    expect(rows.slice(16, 32).every((row) => row % 24 >= 16)).toBe(true);
    expect(rows.slice(32)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 32, 33, 34, 35, 36, 37, 38, 39]);
  });

  it('takes the embedding as output layer only where it is tied and there is no other', () => {
    const outputOf = (tied: boolean, has: boolean): string | undefined =>
      planTensors({ ...config, tied }, () => has).tensors.find(({ name }) => name === 'output.weight')?.runs?.[0]
        ?.source;
    expect(outputOf(true, false)).toBe('transformer.wte.weight');
    expect(outputOf(true, true)).toBe('lm_head.weight');
    expect(outputOf(false, false)).toBe('lm_head.weight');
  });

  it('leaves out the buffers of older versions of transformers, and nothing else', () => {
    expect(isBuffer('transformer.h.3.attn.causal_mask')).toBe(true);
    expect(isBuffer('transformer.h.12.attn.masked_bias')).toBe(true);
    expect(isBuffer('transformer.h.3.attn.out_proj.bias')).toBe(false);
    expect(isBuffer('transformer.h.3.attn.qkv_proj.weight')).toBe(false);
  });
});
