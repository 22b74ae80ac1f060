/** Descriptor: memory of the values between layers. */
import type { Descriptor } from './descriptor.ts';

export const activationBytes: Descriptor = {
  label: 'activation memory',
  sentence: 'Bytes of all values between layers for one image, in float32.',
  unit: 'bytes',
  figure: 'bytes',
  axis: { scale: 'log10', min: 4, max: 8 },
  known: 'before training',
  measure: ({ measures }) => measures.activationBytes,
  most: (limits) => limits.activationBytes,
};
