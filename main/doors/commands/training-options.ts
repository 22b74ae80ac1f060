/** Options of the commands that train or run a network: words to numbers, files to arrays. */
import { readFile } from 'node:fs/promises';
import type { ParseArgsOptionsConfig } from 'node:util';
import { FailureError, fail } from '../../../core/failure.ts';
import { didYouMean } from '../../../core/spelling.ts';
import { readNpy } from '../../../core/tensors/npy.ts';
import { showShape, type Tensor } from '../../../core/tensors/tensor.ts';
import { namedRecipe, recipeNames } from '../../../core/training/named-recipes.ts';
import { type Recipe, recipeSchema } from '../../../core/training/recipe.ts';
import { whyOfFile } from '../../files/file-trouble.ts';
import { type Options, textOption } from './options.ts';

/** @throws FailureError (`usage`) when it was not given */
export function requiredOption(options: Options, name: string, meaning: string): string {
  return textOption(options, name) ?? fail('usage', `--${name} is missing: ${meaning}.`);
}

/** @throws FailureError (`usage`) for what is not a number, or not a whole one where that is asked */
export function numberOption(options: Options, name: string, whole: 'whole' | 'any'): number | null {
  const text = textOption(options, name);
  if (text === null) return null;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || (whole === 'whole' && !Number.isInteger(value))) {
    fail('usage', `--${name} takes a ${whole === 'whole' ? 'whole ' : ''}number, not ${JSON.stringify(text)}.`);
  }
  return value;
}

/** A whole number from `least` on; `otherwise` when it was not given. */
export function countOption(options: Options, name: string, least: number, otherwise: number): number {
  const value = numberOption(options, name, 'whole') ?? otherwise;
  if (value < least) fail('usage', `--${name} must be at least ${least}, not ${value}.`);
  return value;
}

/** The field of the recipe behind each option, and how its words are read. */
const recipeOptions: Readonly<Record<string, readonly [keyof Recipe, 'whole' | 'any' | 'text' | 'flag']>> = {
  epochs: ['epochs', 'whole'],
  batch: ['batch', 'whole'],
  optimizer: ['optimizer', 'text'],
  lr: ['learningRate', 'any'],
  momentum: ['momentum', 'any'],
  dampening: ['dampening', 'any'],
  nesterov: ['nesterov', 'flag'],
  beta1: ['beta1', 'any'],
  beta2: ['beta2', 'any'],
  epsilon: ['epsilon', 'any'],
  'weight-decay': ['weightDecay', 'any'],
  decayed: ['decayed', 'text'],
  'muon-takes': ['muonTakes', 'text'],
  'muon-steps': ['muonSteps', 'whole'],
  'muon-scale': ['muonScale', 'text'],
  'muon-normalise': ['muonNormalise', 'flag'],
  'muon-others': ['muonOthers', 'text'],
  'others-rate': ['othersRate', 'any'],
  'clip-norm': ['clipNorm', 'any'],
  'clip-value': ['clipValue', 'any'],
  averaging: ['averaging', 'any'],
  schedule: ['schedule', 'text'],
  warmup: ['warmup', 'any'],
  'warmup-start': ['warmupStart', 'any'],
  'decay-every': ['decayEvery', 'whole'],
  'decay-factor': ['decayFactor', 'any'],
  'cosine-end': ['cosineEnd', 'any'],
  'one-cycle-rise': ['oneCycleRise', 'any'],
  'one-cycle-start': ['oneCycleStart', 'any'],
  'one-cycle-end': ['oneCycleEnd', 'any'],
  'one-cycle-anneal': ['oneCycleAnneal', 'text'],
  'one-cycle-three-phase': ['oneCycleThreePhase', 'flag'],
  'label-smoothing': ['labelSmoothing', 'any'],
  normalisation: ['normalisation', 'text'],
  flip: ['flip', 'flag'],
  crop: ['crop', 'whole'],
  cutout: ['cutout', 'whole'],
  'train-images': ['trainImages', 'whole'],
  'evaluation-batch': ['evaluationBatch', 'whole'],
};

export const recipeOptionsConfig: ParseArgsOptionsConfig = {
  recipe: { type: 'string' },
  ...Object.fromEntries(
    Object.entries(recipeOptions).map(([name, [, kind]]) => [name, { type: kind === 'flag' ? 'boolean' : 'string' }]),
  ),
};

/** Lines of a usage text: every option of the recipe with its sentence and default. */
export function recipeUsage(): string {
  const defaults = recipeSchema.parse({});
  const named = `  ${'--recipe NAME'.padEnd(24)}A recipe to begin with: ${recipeNames.join(', ')}; the options below change it. (paper)`;
  const lines = Object.entries(recipeOptions).map(([name, [field, kind]]) => {
    const word = kind === 'flag' ? `--${name}` : `--${name} ${kind === 'text' ? 'WORD' : 'N'}`;
    const fallback = defaults[field];
    const shown = fallback === null || kind === 'flag' ? '' : ` (${fallback})`;
    return `  ${word.padEnd(24)}${recipeSchema.shape[field].description ?? ''}${shown}`;
  });
  return [named, ...lines].join('\n');
}

/** The recipe of that name. @throws FailureError (`usage`) where there is none */
export function recipeNamed(name: string): Recipe {
  const found = recipeNames.find((known) => known === name);
  if (found !== undefined) return namedRecipe(found);
  const hint = didYouMean(name, recipeNames);
  return fail('usage', `--recipe ${name}: there is none of this name.${hint} There is: ${recipeNames.join(', ')}.`);
}

/** The recipe that the options describe; what is not given is as in the named one. @throws FailureError (`usage`) */
export function recipeOf(options: Options): Recipe {
  const given: Record<string, unknown> = { ...recipeNamed(textOption(options, 'recipe') ?? 'paper') };
  for (const [name, [field, kind]] of Object.entries(recipeOptions)) {
    const value =
      kind === 'flag' ? options[name] : kind === 'text' ? textOption(options, name) : numberOption(options, name, kind);
    if (value !== null && value !== undefined) given[field] = value;
  }
  const parsed = recipeSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problem = parsed.error.issues[0];
  const field = String(problem?.path[0] ?? '');
  const name = Object.entries(recipeOptions).find(([, [key]]) => key === field)?.[0] ?? field;
  return fail('usage', `--${name}: ${problem?.message ?? 'not a value of this option'}.`);
}

/** Reads a file whole. @throws FailureError (`file`) naming it */
async function readInput(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: unknown) => fail('file', `${file} ${whyOfFile(error)}.`));
}

/** What went wrong inside a file, with the file's name in front. */
async function ofFile<T>(file: string, read: (bytes: Uint8Array) => T): Promise<T> {
  const bytes = await readInput(file);
  try {
    return read(bytes);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    throw new FailureError({ ...error.failure, message: `${file}: ${error.failure.message}` });
  }
}

function readImageArray(bytes: Uint8Array): Tensor {
  const tensor = readNpy(bytes);
  if (tensor.type !== 'float32' && tensor.type !== 'float64') {
    fail(
      'input',
      `Images must be float32, already normalised; these are ${tensor.type}. Convert them with .astype('<f4').`,
    );
  }
  const [count = 0, ...sizes] = tensor.shape;
  if (sizes.length === 0 || count === 0) {
    fail('input', `Images are an array [N, C, H, W] with N at least 1; this one is ${showShape(tensor.shape)}.`);
  }
  return tensor;
}

export interface ImageArray {
  /** [count, ...shape]. */
  readonly images: Float32Array;
  readonly count: number;
  readonly shape: readonly number[];
}

/** Images of a .npy file, float32 (or float64, rounded). @throws FailureError (`file`, `input`, `unsupported`) */
export async function readImages(file: string): Promise<ImageArray> {
  const tensor = await ofFile(file, readImageArray);
  const [count = 0, ...shape] = tensor.shape;
  return { images: Float32Array.from(tensor.data, Number), count, shape };
}

function readLabelArray(bytes: Uint8Array): Int32Array {
  const tensor = readNpy(bytes);
  if (tensor.type === 'float32' || tensor.type === 'float64') {
    fail('input', `Labels must be whole numbers (int64, int32, int8 or uint8); these are ${tensor.type}.`);
  }
  if (tensor.shape.length !== 1) fail('input', `Labels are an array [N]; this one is ${showShape(tensor.shape)}.`);
  return Int32Array.from(tensor.data, Number);
}

/** Labels of a .npy file. @throws FailureError (`file`, `input`, `unsupported`) */
export function readLabels(file: string): Promise<Int32Array> {
  return ofFile(file, readLabelArray);
}
