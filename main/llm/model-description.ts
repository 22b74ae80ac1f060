/** What a GGUF header says about a language model, and what would keep llama.cpp from running it. */
import { type Failure, fail } from '../../core/failure.ts';
import type { GgufHeader } from '../../core/gguf/read.ts';

export interface ModelDescription {
  readonly name: string | null;
  /** llama.cpp's name: `phi2`, `llama`, ... */
  readonly architecture: string;
  readonly parameters: number;
  /** Tokens the model was trained on at once. */
  readonly contextLength: number;
  readonly layers: number;
  readonly heads: number | null;
  readonly embeddingLength: number;
  readonly vocabulary: number;
  readonly tokenizer: { readonly model: string; readonly pre: string | null; readonly merges: number };
  /** Type of most of the weights: `F16`, `Q8_0`, ... */
  readonly quantization: string;
  readonly tensors: readonly { readonly type: string; readonly count: number; readonly bytes: number }[];
  /** Whether the file brings a chat template. */
  readonly chat: boolean;
}

/** Architectures without attention heads or a feed-forward length of their own. */
const withoutAttention = /^(mamba|mamba2|rwkv.*|arwkv.*|wavtokenizer-dec)$/;

/** Tensors without which llama.cpp refuses a phi2 (measured); others depend on options. */
const phi2Tensors = ['token_embd.weight', 'output_norm.weight', 'output_norm.bias', 'output.weight', 'output.bias'];
const phi2LayerTensors = [
  'attn_norm.weight',
  'attn_norm.bias',
  'attn_output.weight',
  'attn_output.bias',
  'ffn_up.weight',
  'ffn_up.bias',
  'ffn_down.weight',
  'ffn_down.bias',
];

function textOf(header: GgufHeader, key: string): string | null {
  const value = header.metadata.get(key);
  return typeof value === 'string' ? value : null;
}

/** A number, or the first of an array of them (some architectures give one for each layer). */
function numberOf(header: GgufHeader, key: string): number | null {
  const value = header.metadata.get(key);
  const single = typeof value === 'object' ? value.first[0] : value;
  return typeof single === 'number' ? single : null;
}

function lengthOf(header: GgufHeader, key: string): number | null {
  const value = header.metadata.get(key);
  return typeof value === 'object' ? value.length : null;
}

/**
 * Everything that is known to stop llama.cpp from running this model rightly: `model-file` failures, empty when none.
 * Some missing keys would abort the process that loads it, others would damage its text silently.
 */
export function modelProblems(header: GgufHeader, file: string): Failure[] {
  const problems: Failure[] = [];
  const refuse = (message: string): void => {
    problems.push({ kind: 'model-file', message: `${file}: ${message}` });
  };
  const remedy = 'Convert the model again with a current converter.';

  const architecture = textOf(header, 'general.architecture');
  if (architecture === null) {
    refuse(`the metadata key general.architecture is missing. ${remedy}`);
    return problems;
  }
  const kind = textOf(header, 'general.type');
  if (kind !== null && kind !== 'model') refuse(`it holds a ${kind}, not a model. Give the model's own file.`);

  const sizes = ['context_length', 'embedding_length', 'block_count'];
  if (!withoutAttention.test(architecture)) sizes.push('feed_forward_length', 'attention.head_count');
  if (architecture === 'phi2') sizes.push('rope.dimension_count', 'attention.layer_norm_epsilon');
  for (const size of sizes) {
    const key = `${architecture}.${size}`;
    const value = numberOf(header, key);
    const whole = !size.endsWith('epsilon');
    if (value === null) refuse(`the metadata key ${key} is missing. ${remedy}`);
    else if (!Number.isFinite(value) || value <= 0 || value > 2 ** 31 || (whole && !Number.isInteger(value))) {
      refuse(`the metadata key ${key} is ${value}, which no model has. ${remedy}`);
    }
  }
  const width = numberOf(header, `${architecture}.embedding_length`);
  const heads = numberOf(header, `${architecture}.attention.head_count`);
  if (architecture === 'phi2' && width !== null && heads !== null && heads > 0 && width % heads !== 0) {
    refuse(`phi2.embedding_length ${width} is not a multiple of phi2.attention.head_count ${heads}. ${remedy}`);
  }
  const rotary = numberOf(header, `${architecture}.rope.dimension_count`);
  if (
    architecture === 'phi2' &&
    rotary !== null &&
    width !== null &&
    heads !== null &&
    (rotary % 2 || rotary > width / heads)
  ) {
    refuse(`phi2.rope.dimension_count ${rotary} is odd or exceeds the ${width / heads} of a head. ${remedy}`);
  }

  const tokenizer = textOf(header, 'tokenizer.ggml.model');
  const tokens = lengthOf(header, 'tokenizer.ggml.tokens');
  if (tokenizer === null) refuse(`the metadata key tokenizer.ggml.model is missing. ${remedy}`);
  if (tokens === null) refuse(`the metadata key tokenizer.ggml.tokens is missing. ${remedy}`);
  if (tokenizer === 'gpt2') {
    if (lengthOf(header, 'tokenizer.ggml.merges') === null) {
      refuse(`the metadata key tokenizer.ggml.merges is missing. ${remedy}`);
    }
    if (textOf(header, 'tokenizer.ggml.pre') === null) {
      refuse(`the metadata key tokenizer.ggml.pre is missing: texts would be cut into the wrong tokens. ${remedy}`);
    }
  }
  const types = lengthOf(header, 'tokenizer.ggml.token_type');
  if (tokenizer === 'gpt2' && types === null) {
    refuse(`the metadata key tokenizer.ggml.token_type is missing: special tokens would be read as text. ${remedy}`);
  } else if (types !== null && tokens !== null && types !== tokens) {
    refuse(`tokenizer.ggml.token_type has ${types} items for ${tokens} tokens. ${remedy}`);
  }
  for (const id of ['bos_token_id', 'eos_token_id']) {
    const value = numberOf(header, `tokenizer.ggml.${id}`);
    if (value !== null && tokens !== null && (value < 0 || value >= tokens)) {
      refuse(`tokenizer.ggml.${id} is ${value}, but there are ${tokens} tokens. ${remedy}`);
    }
  }

  if (header.tensors.length === 0) refuse("it holds no tensors. Give the model's own file.");
  else if (architecture === 'phi2') {
    const names = new Set(header.tensors.map((tensor) => tensor.name));
    const layers = Math.min(numberOf(header, 'phi2.block_count') ?? 0, 1000);
    const wanted = [...phi2Tensors];
    for (let layer = 0; layer < layers; layer++) wanted.push(...phi2LayerTensors.map((name) => `blk.${layer}.${name}`));
    for (let layer = 0; layer < layers; layer++) {
      if (names.has(`blk.${layer}.attn_qkv.weight`)) continue;
      wanted.push(...['q', 'k', 'v'].map((part) => `blk.${layer}.attn_${part}.weight`));
    }
    const missing = wanted.filter((name) => !names.has(name));
    if (missing.length > 0) {
      const others = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
      refuse(`the tensor ${missing[0]}${others} is missing. ${remedy}`);
    }
  }
  return problems;
}

/** The parameters of a model: elements of all its tensors. */
function parameterCount(header: GgufHeader): number {
  return header.tensors.reduce(
    (sum, tensor) => sum + tensor.dimensions.reduce((product, size) => product * size, 1),
    0,
  );
}

/** Describes a model as far as its header tells: what is missing is null, 0 or empty. */
export function describeModel(header: GgufHeader): ModelDescription {
  const architecture = textOf(header, 'general.architecture') ?? '';
  const kinds = new Map<string, { type: string; count: number; bytes: number }>();
  for (const tensor of header.tensors) {
    const kind = kinds.get(tensor.type) ?? { type: tensor.type, count: 0, bytes: 0 };
    kind.count++;
    kind.bytes += tensor.bytes;
    kinds.set(tensor.type, kind);
  }
  const tensors = [...kinds.values()].sort((a, b) => b.bytes - a.bytes);
  return {
    name: textOf(header, 'general.name'),
    architecture,
    parameters: parameterCount(header),
    contextLength: numberOf(header, `${architecture}.context_length`) ?? 0,
    layers: numberOf(header, `${architecture}.block_count`) ?? 0,
    heads: numberOf(header, `${architecture}.attention.head_count`),
    embeddingLength: numberOf(header, `${architecture}.embedding_length`) ?? 0,
    vocabulary: lengthOf(header, 'tokenizer.ggml.tokens') ?? 0,
    tokenizer: {
      model: textOf(header, 'tokenizer.ggml.model') ?? '',
      pre: textOf(header, 'tokenizer.ggml.pre'),
      merges: lengthOf(header, 'tokenizer.ggml.merges') ?? 0,
    },
    quantization: tensors[0]?.type ?? '',
    tensors,
    chat: header.metadata.has('tokenizer.chat_template'),
  };
}

/** @throws FailureError `model-file` with the first of {@link modelProblems}. */
export function requireSound(header: GgufHeader, file: string): void {
  const problem = modelProblems(header, file)[0];
  if (problem !== undefined) fail(problem.kind, problem.message);
}
