/** The devices that networks are trained on, and what each means for a graph and a session. */
import * as z from 'zod';
import type { Formulation } from '../../core/autodiff/emitter.ts';
import { fail } from '../../core/failure.ts';

export const trainingDeviceSchema = z.enum(['cpu', 'webgpu']);

export type TrainingDevice = z.infer<typeof trainingDeviceSchema>;

/**
 * The device of a setting or an option: `auto` is the CPU, on which the same run gives the same bits.
 * @throws FailureError (`unsupported`) for one that this version has no session for
 */
export function trainingDevice(name: string): TrainingDevice {
  if (name === 'auto') return 'cpu';
  const known = trainingDeviceSchema.safeParse(name);
  if (known.success) return known.data;
  return fail(
    'unsupported',
    `--device ${name}: this version trains on cpu and on webgpu, which reaches GPUs of every maker. Use one of them.`,
  );
}

/** Operators by device: WebGPU lacks some of those that are fastest on the CPU. */
export function formulationOf(device: TrainingDevice): Formulation {
  return device === 'cpu' ? 'cpu' : 'portable';
}

/** Why a session on this device could not be made, in a person's words; null where the reason is another. */
export function missingDevice(device: TrainingDevice, error: unknown): string | null {
  const message = error instanceof Error ? error.message : String(error);
  if (device !== 'webgpu' || !/adapter|webgpu|dawn|vulkan/i.test(message)) return null;
  // The library's own sentence stands after the place in its source code.
  const why = message.split('\n')[0]?.split(' was false. ').at(-1) ?? message;
  return `WebGPU finds no GPU that it can use on this machine (${why}). Install the GPU's driver, or use --device cpu.`;
}
