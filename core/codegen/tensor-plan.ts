/**
 * Which rows of which CodeGen tensors make each tensor of llama.cpp's phi2, which computes the same: attention and MLP
 * in parallel after one norm, partial rotary positions. Only the layout differs: the fused projection is unmixed, and
 * the dimensions that turn together go from neighbours (2 i, 2 i + 1) to halves (i, i + rotary / 2).
 */
import type { CodegenConfig } from './config.ts';

/** Rows `first` to `first + count` of a tensor; `order` gives them another order among themselves. */
export interface RowRun {
  readonly source: string;
  readonly first: number;
  readonly count: number;
  readonly order: readonly number[] | null;
}

export interface PlannedTensor {
  readonly name: string;
  readonly kind: 'matrix' | 'vector';
  /** As the checkpoint has it: [rows, row length] or [length]. */
  readonly shape: readonly number[];
  /** In this order; null: all zeros, the checkpoint has no such tensor. */
  readonly runs: readonly RowRun[] | null;
}

export interface TensorPlan {
  readonly tensors: readonly PlannedTensor[];
  /** The checkpoint's tensors that are read, with the shapes they must have. */
  readonly sources: ReadonlyMap<string, readonly number[]>;
}

/** Buffers that older versions of transformers saved beside the weights: computed, not learnt. */
const buffers = /^transformer\.h\.\d+\.attn\.(causal_mask|bias|masked_bias|scale_attn|embed_positions)$/;

export function isBuffer(name: string): boolean {
  return buffers.test(name);
}

/** Order of the rows of one head of a query or key matrix. */
export function rotaryOrder(head: number, rotary: number): readonly number[] {
  const half = rotary / 2;
  return Array.from({ length: head }, (_, row) => {
    if (row < half) return 2 * row;
    return row < rotary ? 2 * (row - half) + 1 : row;
  });
}

/** Rows of the fused projection [3 * width, width] as [queries, keys, values], heads in order. */
function unmixed(source: string, { width, heads, rotary, blocks }: CodegenConfig): RowRun[] {
  const head = width / heads;
  const block = width / blocks;
  const order = rotaryOrder(head, rotary);
  /** First row of a head in the slice `part` of its block: query 0, value 1, key 2. */
  const rowOf = (index: number, part: number): number => {
    const row = index * head;
    return Math.floor(row / block) * 3 * block + part * block + (row % block);
  };
  const turned = (part: number): RowRun[] =>
    Array.from({ length: heads }, (_, index) => ({ source, first: rowOf(index, part), count: head, order }));
  const values = Array.from({ length: blocks }, (_, index) => ({
    source,
    first: index * 3 * block + block,
    count: block,
    order: null,
  }));
  return [...turned(0), ...turned(2), ...values];
}

/**
 * The plan for a checkpoint.
 * @param has whether the checkpoint has a tensor of this name: a tied output layer may be missing.
 */
export function planTensors(config: CodegenConfig, has: (name: string) => boolean): TensorPlan {
  const { width, inner, layers, vocabulary } = config;
  const tensors: PlannedTensor[] = [];
  const sources = new Map<string, readonly number[]>();
  const whole = (name: string, source: string, shape: readonly number[]): void => {
    const kind = shape.length === 2 ? 'matrix' : 'vector';
    sources.set(source, shape);
    const count = kind === 'matrix' ? (shape[0] ?? 0) : 1;
    tensors.push({ name, kind, shape, runs: [{ source, first: 0, count, order: null }] });
  };
  const zeros = (name: string, length: number): void => {
    tensors.push({ name, kind: 'vector', shape: [length], runs: null });
  };

  const embedding = 'transformer.wte.weight';
  whole('token_embd.weight', embedding, [vocabulary, width]);
  for (let layer = 0; layer < layers; layer++) {
    const from = `transformer.h.${layer}.`;
    const to = `blk.${layer}.`;
    const fused = `${from}attn.qkv_proj.weight`;
    whole(`${to}attn_norm.weight`, `${from}ln_1.weight`, [width]);
    whole(`${to}attn_norm.bias`, `${from}ln_1.bias`, [width]);
    sources.set(fused, [3 * width, width]);
    tensors.push({
      name: `${to}attn_qkv.weight`,
      kind: 'matrix',
      shape: [3 * width, width],
      runs: unmixed(fused, config),
    });
    zeros(`${to}attn_qkv.bias`, 3 * width);
    whole(`${to}attn_output.weight`, `${from}attn.out_proj.weight`, [width, width]);
    zeros(`${to}attn_output.bias`, width);
    whole(`${to}ffn_up.weight`, `${from}mlp.fc_in.weight`, [inner, width]);
    whole(`${to}ffn_up.bias`, `${from}mlp.fc_in.bias`, [inner]);
    whole(`${to}ffn_down.weight`, `${from}mlp.fc_out.weight`, [width, inner]);
    whole(`${to}ffn_down.bias`, `${from}mlp.fc_out.bias`, [width]);
  }
  whole('output_norm.weight', 'transformer.ln_f.weight', [width]);
  whole('output_norm.bias', 'transformer.ln_f.bias', [width]);
  const output = 'lm_head.weight';
  whole('output.weight', config.tied && !has(output) ? embedding : output, [vocabulary, width]);
  whole('output.bias', 'lm_head.bias', [vocabulary]);
  return { tensors, sources };
}
