/** Descriptor: multiply-accumulates of one sample (reading notes on the paper's FLOPS). */
import type { Descriptor } from './descriptor.ts';

export const flops: Descriptor = {
  label: 'FLOPs',
  sentence: 'Multiply-accumulates of one image in convolutions, linear and recurrent layers, attention and products.',
  unit: '',
  figure: 'si',
  axis: { scale: 'log10', min: 4, max: 9 },
  known: 'before training',
  measure: ({ measures }) => measures.flops,
  most: (limits) => limits.flops,
};
