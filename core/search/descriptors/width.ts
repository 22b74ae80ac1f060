/** Descriptor: the widest layer (section 4.1: largest number of output features of all layers). */
import type { Descriptor } from './descriptor.ts';

export const width: Descriptor = {
  label: 'width',
  sentence: 'Output features of the widest layer.',
  unit: 'features',
  figure: 'plain',
  axis: { scale: 'log10', min: 0, max: 4 },
  known: 'before training',
  measure: ({ measures }) => measures.width,
  most: () => null,
};
