/** Reads everything of a CodeGen checkpoint but its numbers: sizes, tokenizer, and which tensor lies where. */
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type CodegenConfig, readCodegenConfig } from '../../../core/codegen/config.ts';
import { isBuffer, planTensors, type TensorPlan } from '../../../core/codegen/tensor-plan.ts';
import {
  type GgufTokenizer,
  readCodegenTokenizer,
  type TokenizerFiles,
  tokenizerFileNames,
} from '../../../core/codegen/tokenizer.ts';
import { fail } from '../../../core/failure.ts';
import { sameShape, showShape } from '../../../core/tensors/tensor.ts';
import { readTextFile } from '../../files/text-file.ts';
import { openWeights, type Weights } from './weight-files.ts';

export interface Checkpoint {
  /** What the model calls itself, else the folder's name. */
  readonly name: string;
  readonly config: CodegenConfig;
  readonly tokenizer: GgufTokenizer;
  readonly plan: TensorPlan;
  readonly weights: Weights;
}

/** Types of numbers that weights can have. */
const weightTypes: ReadonlySet<string> = new Set(['F32', 'F16', 'BF16', 'F64']);

async function textOf(folder: string, name: string): Promise<string | null> {
  const path = join(folder, name);
  const found = await stat(path).catch(() => null);
  return found === null ? null : readTextFile(path);
}

async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  const read = (file: keyof TokenizerFiles): Promise<string | null> => textOf(folder, tokenizerFileNames[file]);
  const [tokenizer, vocabulary, merges, added, config, specials] = await Promise.all([
    read('tokenizer'),
    read('vocabulary'),
    read('merges'),
    read('added'),
    read('config'),
    read('specials'),
  ]);
  return { tokenizer, vocabulary, merges, added, config, specials };
}

function checkTensors({ tensors }: Weights, plan: TensorPlan): void {
  for (const [name, shape] of plan.sources) {
    const tensor = tensors.get(name);
    if (tensor === undefined) {
      const base = tensors.has(name.replace(/^transformer\./, ''));
      fail(
        'checkpoint',
        base
          ? `The weights have no ${name}: they were saved from the model without its language head. Save CodeGenForCausalLM.`
          : `The weights have no ${name}. Use the checkpoint of CodeGenForCausalLM that config.json describes.`,
      );
    }
    const { file } = tensor;
    if (!sameShape(tensor.shape, shape)) {
      fail(
        'checkpoint',
        `${file.name}: ${name} has sizes ${showShape(tensor.shape)}, but by config.json they are ${showShape(shape)}. Give the config.json that belongs to the weights.`,
      );
    }
    if (!weightTypes.has(tensor.dtype)) {
      fail(
        'unsupported',
        `${file.name}: ${name} has numbers of type ${tensor.dtype}; ${[...weightTypes].join(', ')} are read. Use the checkpoint before it was quantized.`,
      );
    }
  }
  for (const name of tensors.keys()) {
    if (plan.sources.has(name) || isBuffer(name) || name === 'lm_head.weight') continue;
    fail(
      'unsupported',
      `The weights have ${name}, which CodeGen has not: an adapter, or another model. Merge adapters and save the model again.`,
    );
  }
}

/**
 * Reads and checks a checkpoint's folder. Close its `weights`.
 * @throws FailureError `file`, `checkpoint` or `unsupported`, naming the file, the key and the remedy.
 */
export async function readCheckpoint(given: string): Promise<Checkpoint> {
  const folder = resolve(given);
  const found = await stat(folder).catch(() => null);
  if (found === null) fail('file', `There is no folder ${given}. Give the folder of a CodeGen checkpoint.`);
  if (!found.isDirectory()) {
    fail('usage', `${given} is a file. Give the checkpoint's folder: config.json, tokenizer and weights together.`);
  }
  const configText = await textOf(folder, 'config.json');
  if (configText === null) {
    return fail('checkpoint', `${given} has no config.json: it is not a checkpoint's folder, or a part is missing.`);
  }
  const config = readCodegenConfig(configText, await textOf(folder, 'modeling_codegen.py'));
  const tokenizerFiles = await readTokenizerFiles(folder);
  const weights = await openWeights(folder);
  try {
    const plan = planTensors(config, (name) => weights.tensors.has(name));
    checkTensors(weights, plan);
    // Only now: room is made for each token that config.json tells of, which the weights have borne out.
    const tokenizer = readCodegenTokenizer(tokenizerFiles, config.vocabulary, config.endOfText);
    return { name: basename(config.name ?? folder), config, tokenizer, plan, weights };
  } catch (error) {
    await weights.close();
    throw error;
  }
}
