/** Reads the goldens of test/golden/autodiff and rebuilds the inputs that PyTorch had. */
import { readFileSync } from 'node:fs';
import type { GraphInput } from '../../../core/autodiff/graph.ts';
import type { Network, NoiseDistribution } from '../../../core/network/ir.ts';
import { sizesOf } from '../../../core/network/ir.ts';
import { numbers } from '../../golden/autodiff/formula.ts';
import type { Values } from './session.ts';

export const BATCH = 3;

interface Case {
  readonly name: string;
  readonly network: Network;
  readonly step: number;
  readonly spread: number;
}

/** Float32 values in base64, and how far PyTorch's own float32 was from its float64. */
export interface Golden {
  readonly value: string;
  readonly error: number;
}

export interface GradientCase extends Case {
  /** Whether the loss has a derivative there, which the gradient is: no ties, no jump nearby, no cut gradient. */
  readonly differentiable: boolean;
  readonly loss: number;
  readonly logits: string;
  readonly logitsError: number;
  readonly gradients: Readonly<Record<string, Golden | null>>;
}

export interface StepCase extends Case {
  readonly options: {
    readonly momentum: number;
    readonly weightDecay: number;
    readonly labelSmoothing: number;
    /** Of the first step; of step n its n-th part. */
    readonly learningRate: number;
  };
  readonly losses: readonly number[];
  /** How far PyTorch's own float32 was from them. */
  readonly lossErrors: readonly number[];
  readonly state: Readonly<Record<string, Golden | number>>;
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(`../../golden/autodiff/${file}`, import.meta.url), 'utf8')) as T;
}

export function gradientCases(): GradientCase[] {
  return read('gradients.json');
}

export function stepCases(): StepCase[] {
  return read('steps.json');
}

export function decode(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** Norm of the difference over the golden's norm; where the golden is zero but for float64's rounding, the norm itself. */
export function relativeError(values: Float32Array, golden: Float32Array): number {
  let difference = 0;
  let norm = 0;
  for (const [i, exact] of golden.entries()) {
    difference += ((values[i] ?? Number.NaN) - exact) ** 2;
    norm += exact ** 2;
  }
  if (values.length !== golden.length) return Number.POSITIVE_INFINITY;
  return norm > 1e-24 ? Math.sqrt(difference / norm) : Math.sqrt(difference);
}

/** Values of one gradient, or zeros where the loss does not depend on the parameter. */
function exactGradient({ gradients }: GradientCase, name: string, size: number): Float32Array {
  const exact = gradients[name] ?? null;
  return exact === null ? new Float32Array(size) : decode(exact.value);
}

/** All gradients of a case as one vector: norm of the difference to PyTorch's float64 over its norm. */
export function gradientError(example: GradientCase, found: ReadonlyMap<string, Values>): number {
  const all = example.network.parameters.map(
    ({ name }) => [name, found.get(`gradient:${name}`) as Float32Array] as const,
  );
  return relativeError(
    Float32Array.from(all.flatMap(([, values]) => [...values])),
    Float32Array.from(all.flatMap(([name, values]) => [...exactGradient(example, name, values.length)])),
  );
}

/** The same of PyTorch's own float32, from the errors of its gradients. */
export function pytorchGradientError({ gradients }: GradientCase): number {
  let [difference, square] = [0, 0];
  for (const exact of Object.values(gradients)) {
    if (exact === null) continue;
    const norm = Math.hypot(...decode(exact.value));
    difference += (exact.error * (norm > 1e-12 ? norm : 1)) ** 2;
    square += norm ** 2;
  }
  return Math.sqrt(difference / square);
}

/** DESIGN.md's terms of measure: at most 1e-6, or twice PyTorch float32's own error. */
export function allowance(error: number): number {
  return Math.max(1e-6, 2 * error);
}

/** Weights and buffers by the formula make.py uses. */
export function initialState({ network, step }: Case): Map<string, Float32Array | BigInt64Array> {
  const state = new Map<string, Float32Array | BigInt64Array>();
  for (const [i, { name, shape }] of network.parameters.entries()) {
    const fan = Math.max(
      1,
      shape.slice(1).reduce((product, size) => product * size, 1),
    );
    const scale = shape.length > 1 ? 1.5 / Math.sqrt(fan) : 0.5;
    state.set(name, numbers(shape, 100 + i, { scale, step: step / 2 }));
  }
  for (const [i, { name, shape, type, value }] of network.buffers.entries()) {
    state.set(
      name,
      type === 'int64'
        ? BigInt64Array.of(2n)
        : numbers(shape, 500 + i, { scale: 0.25, offset: typeof value === 'number' ? value : 0 }),
    );
  }
  return state;
}

export function images({ network, step, spread }: Case, at = 0, batch = BATCH): Float32Array {
  return numbers([batch, ...network.input], 1 + at, { scale: spread, step });
}

export function labels({ network }: Case, at = 0, batch = BATCH): Int32Array {
  const classes = sizesOf(network.nodes[network.output - 1]!.shape, 1)[1]!;
  return Int32Array.from({ length: batch }, (_, i) => (3 * i + at) % classes);
}

/** Dropout multipliers as make.py draws them. */
export function dropoutMask(
  node: number,
  p: number,
  scale: number,
  shape: readonly number[],
  at: number,
): Float32Array {
  return numbers(shape, 900 + 10 * node + at).map((value) => ((value + 1) / 2 >= p ? scale : 0));
}

/** Noise as make.py draws it: any numbers will do. */
export function noise(
  node: number,
  distribution: NoiseDistribution,
  shape: readonly number[],
  at: number,
): Float32Array {
  const drawn = numbers(shape, 900 + 10 * node + at);
  if (distribution.kind === 'normal') return drawn.map((value) => distribution.mean + distribution.deviation * value);
  return drawn.map((value) => distribution.low + ((distribution.high - distribution.low) * (value + 1)) / 2);
}

/** What a graph without masks is fed: the case's images, labels and `state`. */
export function feed(example: Case, state = initialState(example)) {
  return (input: GraphInput): Float32Array | Int32Array | BigInt64Array => {
    if (input.role === 'images') return images(example);
    if (input.role === 'labels') return labels(example);
    if ('state' in input) return state.get(input.state)!;
    throw new Error(`Unexpected input ${input.name}.`);
  };
}
