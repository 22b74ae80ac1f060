/**
 * Chooses how a model is run so that it fits: layers on a GPU, tokens evaluated at once, parallel sequences, context.
 * The needs come from an {@link Estimator}; this file only chooses.
 */
import * as z from 'zod';
import type { bytesSchema, memoryPlanSchema, memoryShapeSchema } from '../../../core/contract/models.ts';
import { fail } from '../../../core/failure.ts';

export type Bytes = z.infer<typeof bytesSchema>;
type MemoryShape = z.infer<typeof memoryShapeSchema>;
export type MemoryPlan = z.infer<typeof memoryPlanSchema>;

export interface Estimator {
  readonly layers: number;
  weights(gpuLayers: number): Promise<Bytes>;
  context(shape: MemoryShape): Promise<Bytes>;
}

export const memoryWishSchema = z.object({
  /** What messages call the model. */
  name: z.string(),
  /** A context that must be; null lets memory decide, up to `longest`. */
  contextLength: z.int().min(1).nullable(),
  longest: z.int().min(1),
  sequences: z.int().min(1),
  /** A batch that must be; null: 512, fewer where memory is short. */
  batch: z.int().min(1).nullable(),
  /** Layers that must be on the GPU; null: as many as fit. */
  gpuLayers: z.int().min(0).nullable(),
});

export type MemoryWish = z.infer<typeof memoryWishSchema>;

/** What the process needs beside weights and context: Node, llama.cpp's code, the vocabulary. Measured: 105 to 155 MB. */
const processBytes = 144 * 2 ** 20;
/** llama.cpp's and node-llama-cpp's default, and what is tried where it does not fit. */
const batches = [512, 128];
/** A context shorter than this is never chosen unasked: a parent and its child would not fit. */
const shortestContext = 1024;

/** Main memory that a model run by this plan needs in all. */
export function ramOf(plan: Pick<MemoryPlan, 'weights' | 'context'>): number {
  return processBytes + plan.weights.ram + plan.context.ram;
}

/** A GPU's own memory that it needs. */
export function vramOf(plan: Pick<MemoryPlan, 'weights' | 'context'>): number {
  return plan.weights.vram + plan.context.vram;
}

/** Halves from the longest down. */
function halves(longest: number, shortest: number): number[] {
  const values = [longest];
  for (let value = longest >> 1; value >= shortest; value >>= 1) values.push(value);
  return values;
}

function inMebibytes(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes >= 1024 ? `${(mebibytes / 1024).toFixed(1)} GiB` : `${Math.max(1, Math.round(mebibytes))} MiB`;
}

/** Contexts, sequences and batches in the order in which they are given up: batch first, then sequences, then context. */
function* shapes(wish: MemoryWish): Generator<Omit<MemoryShape, 'gpuLayers'>> {
  const contexts = wish.contextLength === null ? halves(wish.longest, shortestContext) : [wish.contextLength];
  for (const contextLength of contexts) {
    for (const sequences of halves(wish.sequences, 1)) {
      const most = contextLength * sequences;
      const tried = wish.batch === null ? batches : [wish.batch];
      for (const batch of new Set(tried.map((each) => Math.min(each, most)))) yield { contextLength, sequences, batch };
    }
  }
}

/** The most layers that fit into the GPU's memory; 0 without one. */
async function layersThatFit(
  estimator: Estimator,
  shape: Omit<MemoryShape, 'gpuLayers'>,
  room: Bytes,
  wanted: number | null,
): Promise<number> {
  if (wanted !== null) return wanted;
  if (room.vram === 0) return 0;
  let fits = 0;
  let fails = estimator.layers + 1;
  while (fails - fits > 1) {
    // All of them first: the usual case.
    const gpuLayers = fails > estimator.layers ? estimator.layers : (fits + fails) >> 1;
    const weights = await estimator.weights(gpuLayers);
    const context = await estimator.context({ ...shape, gpuLayers });
    if (vramOf({ weights, context }) <= room.vram) fits = gpuLayers;
    else fails = gpuLayers;
  }
  return fits;
}

/**
 * The best way to run a model that fits: the longest context, then most sequences, the largest batch, most layers on
 * the GPU.
 * @throws FailureError `memory` naming need, room and remedy where nothing fits
 */
export async function planMemory(estimator: Estimator, room: Bytes, wish: MemoryWish): Promise<MemoryPlan> {
  let last: MemoryPlan | null = null;
  for (const shape of shapes(wish)) {
    const gpuLayers = await layersThatFit(estimator, shape, room, wish.gpuLayers);
    const weights = await estimator.weights(gpuLayers);
    const context = await estimator.context({ ...shape, gpuLayers });
    last = { ...shape, gpuLayers, layers: estimator.layers, weights, context, room };
    if (ramOf(last) <= room.ram && vramOf(last) <= room.vram) return last;
  }
  if (last === null) return fail('internal', `No shape was tried for ${wish.name}.`);
  const needs = `${inMebibytes(ramOf(last))} of memory (${inMebibytes(last.weights.ram)} weights, ${inMebibytes(last.context.ram)} for a context of ${last.contextLength} tokens)`;
  const graphics = vramOf(last) > room.vram ? ` and ${inMebibytes(vramOf(last))} on the GPU` : '';
  const shorter = last.contextLength > shortestContext ? 'give it a shorter context, or ' : '';
  return fail(
    'memory',
    `${wish.name} needs ${needs}${graphics}, but ${inMebibytes(room.ram)} is free${graphics === '' ? '' : ` and ${inMebibytes(room.vram)} on the GPU`}. Close other programs, ${shorter}use a smaller model or one of fewer bits (q4_0).`,
  );
}

/** One line for a person. */
export function describePlan(plan: MemoryPlan): string {
  const graphics =
    plan.room.vram === 0
      ? 'on the CPU'
      : `${plan.gpuLayers} of ${plan.layers} layers on the GPU (${inMebibytes(vramOf(plan))} of ${inMebibytes(plan.room.vram)})`;
  const sequences = plan.sequences === 1 ? '' : `, ${plan.sequences} sequences`;
  return `${inMebibytes(ramOf(plan))} of ${inMebibytes(plan.room.ram)} free: ${inMebibytes(plan.weights.ram)} weights, ${inMebibytes(plan.context.ram)} for a context of ${plan.contextLength} tokens${sequences}, batch ${plan.batch}; ${graphics}`;
}
