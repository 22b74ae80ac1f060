/**
 * A CodeGen checkpoint's config.json: which sizes it gives, and what this version cannot convert rightly.
 * Source: transformers, models/codegen/configuration_codegen.py and modeling_codegen.py.
 */
import * as z from 'zod';
import { fail, failureOf } from '../failure.ts';
import { parseJsonText } from '../json-text.ts';

export interface CodegenConfig {
  readonly name: string | null;
  readonly vocabulary: number;
  /** Tokens of prompt and completion together. */
  readonly context: number;
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Leading dimensions of each head that turn with the position. */
  readonly rotary: number;
  /** Width of the feed-forward layer. */
  readonly inner: number;
  readonly epsilon: number;
  /** Slices of the fused projection, each of [query, value, key]: `mp_num` of the modelling code. */
  readonly blocks: number;
  readonly endOfText: number | null;
  /** Whether the output layer may be the embedding. */
  readonly tied: boolean;
}

const tokenId = z.union([z.int(), z.array(z.int())]).nullish();
/** Larger than any model's: what a damaged file may ask for is refused before room is made for it. */
const size = z
  .int()
  .positive()
  .max(2 ** 24);
/** Each is a token or a tensor that room is made for: known models have 262,144 tokens and 126 layers at most. */
const vocabularySize = z
  .int()
  .positive()
  .max(2 ** 20);
const layerCount = z.int().positive().max(1000);

const configSchema = z.object({
  vocab_size: vocabularySize,
  n_positions: size,
  n_embd: size,
  n_layer: layerCount,
  n_head: size,
  rotary_dim: size,
  n_inner: size.nullish(),
  activation_function: z.string().default('gelu_new'),
  layer_norm_epsilon: z.number().positive().default(1e-5),
  eos_token_id: tokenId,
  tie_word_embeddings: z.boolean().default(false),
  head_dim: size.nullish(),
  _name_or_path: z.string().nullish(),
});

/** The same formula (GELU by tanh) under the names that transformers has for it: the one that llama.cpp computes. */
const tanhGelus: ReadonlySet<string> = new Set(['gelu_new', 'gelu_fast', 'gelu_pytorch_tanh']);

const defaultBlocks = 4;
const codegen2Blocks = 8;
const codegen2HeadSizes: ReadonlySet<number> = new Set([128, 256]);

/** `mp_num = 8` as a line of Python; a comment before it does not count. */
const blocksLine = /^[ \t]*mp_num[ \t]*=[ \t]*(\d+)[ \t]*(?:#.*)?$/gm;

/**
 * Blocks of the fused projection. A checkpoint that brings its modelling code (CodeGen2) is asked: the code is read as
 * text, never executed. Without it, a `head_dim` of 128 or 256 in config.json marks CodeGen2-1B and -3.7B, whose
 * modelling code has 8; all other CodeGen have 4 and no head_dim.
 * Source: OpenNMT's CTranslate2, python/ctranslate2/converters/transformers.py, CodeGenLoader.
 */
function blocksOf(headSize: number | null, modellingCode: string | null): number {
  if (modellingCode === null) {
    if (headSize === null) return defaultBlocks;
    if (codegen2HeadSizes.has(headSize)) return codegen2Blocks;
    return fail(
      'unsupported',
      `config.json has head_dim ${headSize}, which no published CodeGen has (128 is CodeGen2-1B, 256 is CodeGen2-3.7B), so that the layout of its attention is not known. Put the modeling_codegen.py of the checkpoint beside the weights: it says mp_num.`,
    );
  }
  const found = [...new Set([...modellingCode.matchAll(blocksLine)].map((match) => Number(match[1])))];
  const [blocks] = found;
  if (blocks === undefined || found.length > 1 || blocks < 1) {
    return fail(
      'checkpoint',
      `modeling_codegen.py beside the weights does not say plainly how the attention projection is cut (mp_num = 4 or 8): ${found.length} values found. Give the file that belongs to the checkpoint.`,
    );
  }
  return blocks;
}

/** A vocabulary of half a million tokens with its merges fits. */
const checkpointBounds = { characters: 2 ** 26, depth: 32, values: 4_000_000 };

/** A JSON text as what it holds. @throws FailureError `checkpoint` naming the file. */
export function parseJson(file: string, text: string): unknown {
  try {
    return parseJsonText(text, file, checkpointBounds);
  } catch (error) {
    return fail('checkpoint', `${failureOf(error).message} Copy or download it again.`);
  }
}

const kindSchema = z.object({ model_type: z.string().nullish() });

/**
 * Reads config.json; `modellingCode` is the text of modeling_codegen.py where the checkpoint brings one.
 * @throws FailureError `checkpoint` naming the key, or `unsupported` for another kind of model.
 */
export function readCodegenConfig(text: string, modellingCode: string | null): CodegenConfig {
  const json = parseJson('config.json', text);
  const kind = kindSchema.safeParse(json);
  if (!kind.success) return fail('checkpoint', 'config.json is not an object. Copy or download it again.');
  const type = kind.data.model_type ?? null;
  if (type !== 'codegen') {
    const llama = type === 'llama' ? ' (CodeGen2.5 is a Llama too)' : '';
    return fail(
      'unsupported',
      `config.json says model_type ${type ?? 'nothing'}${llama}; model convert takes CodeGen and CodeGen2. Convert this model with llama.cpp's convert_hf_to_gguf.py and give the .gguf file.`,
    );
  }
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fail(
      'checkpoint',
      `config.json: ${issue?.path.join('.') ?? '?'}: ${issue?.message ?? 'wrong'}. Give the config.json that belongs to the checkpoint.`,
    );
  }
  const given = parsed.data;
  const { n_embd: width, n_head: heads, rotary_dim: rotary } = given;
  const refuse = (what: string): never =>
    fail('unsupported', `config.json: ${what}. Give the config.json that belongs to the checkpoint.`);
  if (width % heads !== 0) refuse(`n_embd ${width} is not a multiple of n_head ${heads}`);
  const head = width / heads;
  if (given.head_dim != null && given.head_dim !== head) {
    refuse(`head_dim ${given.head_dim} is not n_embd / n_head = ${head}`);
  }
  if (rotary % 2 !== 0 || rotary > head) refuse(`rotary_dim ${rotary} is odd or exceeds the ${head} of a head`);
  if (!tanhGelus.has(given.activation_function)) {
    refuse(`activation_function ${given.activation_function} is not one of ${[...tanhGelus].join(', ')}`);
  }
  const blocks = blocksOf(given.head_dim ?? null, modellingCode);
  if (heads % blocks !== 0) {
    refuse(`n_head ${heads} is not a multiple of the ${blocks} blocks of the attention projection`);
  }
  const { eos_token_id: end } = given;
  return {
    name: given._name_or_path ?? null,
    vocabulary: given.vocab_size,
    context: given.n_positions,
    width,
    layers: given.n_layer,
    heads,
    rotary,
    inner: given.n_inner ?? 4 * width,
    epsilon: given.layer_norm_epsilon,
    blocks,
    endOfText: (Array.isArray(end) ? end[0] : end) ?? null,
    tied: given.tie_word_embeddings,
  };
}
