/** Descriptor: number of trained values. */
import type { Descriptor } from './descriptor.ts';

export const params: Descriptor = {
  label: 'parameters',
  sentence: 'Values that training changes.',
  unit: '',
  figure: 'si',
  axis: { scale: 'log10', min: 3, max: 8 },
  known: 'before training',
  measure: ({ measures }) => measures.params,
  most: (limits) => limits.params,
};
