/** The metadata that makes llama.cpp run a converted CodeGen rightly; without some of it the text is silently wrong. */
import type { OutputType } from '../gguf/encode.ts';
import type { MetadataValue } from '../gguf/write-header.ts';
import type { CodegenConfig } from './config.ts';
import type { GgufTokenizer } from './tokenizer.ts';

/** ggml's numbers of file types (llama.h, `llama_ftype`). */
const fileType: { readonly [T in OutputType]: number } = {
  f32: 0,
  f16: 1,
  q4_0: 2,
  q4_1: 3,
  q8_0: 7,
  q5_0: 8,
  q5_1: 9,
  bf16: 32,
};

const quantizationVersion = 2;

/** Keys in the order in which they are written. */
export function codegenMetadata(
  name: string,
  config: CodegenConfig,
  tokenizer: GgufTokenizer,
  type: OutputType,
): Map<string, MetadataValue> {
  const u32 = (value: number): MetadataValue => ({ type: 'u32', value });
  const f32 = (value: number): MetadataValue => ({ type: 'f32', value });
  const text = (value: string): MetadataValue => ({ type: 'text', value });
  const quantized = type.startsWith('q');
  return new Map([
    ['general.architecture', text('phi2')],
    ['general.type', text('model')],
    ['general.name', text(name)],
    ['phi2.context_length', u32(config.context)],
    ['phi2.embedding_length', u32(config.width)],
    ['phi2.block_count', u32(config.layers)],
    ['phi2.feed_forward_length', u32(config.inner)],
    ['phi2.attention.head_count', u32(config.heads)],
    ['phi2.attention.head_count_kv', u32(config.heads)],
    ['phi2.attention.layer_norm_epsilon', f32(config.epsilon)],
    ['phi2.rope.dimension_count', u32(config.rotary)],
    ['phi2.rope.freq_base', f32(10_000)],
    ['general.file_type', u32(fileType[type])],
    ...(quantized ? ([['general.quantization_version', u32(quantizationVersion)]] as const) : []),
    ['phi2.vocab_size', u32(tokenizer.tokens.length)],
    ['tokenizer.ggml.model', text('gpt2')],
    // The same regular expression as `gpt-2`, but its detokenizer keeps the spaces before punctuation.
    ['tokenizer.ggml.pre', text('trillion')],
    ['tokenizer.ggml.tokens', { type: 'texts', value: tokenizer.tokens }],
    ['tokenizer.ggml.token_type', { type: 'i32s', value: tokenizer.kinds }],
    ['tokenizer.ggml.merges', { type: 'texts', value: tokenizer.merges }],
    ['tokenizer.ggml.bos_token_id', u32(tokenizer.begin)],
    ['tokenizer.ggml.eos_token_id', u32(tokenizer.end)],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: false }],
  ]);
}

/**
 * The type of each tensor, as llama.cpp's own quantizer chooses: vectors stay F32; a row that is not whole blocks stays
 * F16. The output layer of a file of 4 or 5 bits is Q8_0, because it is the most sensitive (llama.cpp takes Q6_K).
 */
export function storedType(
  tensor: { readonly name: string; readonly kind: 'matrix' | 'vector'; readonly shape: readonly number[] },
  wanted: OutputType,
): OutputType {
  if (tensor.kind === 'vector') return 'f32';
  if (!wanted.startsWith('q')) return wanted;
  if ((tensor.shape.at(-1) ?? 0) % 32 !== 0) return 'f16';
  return tensor.name === 'output.weight' ? 'q8_0' : wanted;
}
