/** Descriptor: the paper's ratio of the widest layer to the number of layers (section 4.1). */
import type { Descriptor } from './descriptor.ts';

export const widthToDepth: Descriptor = {
  label: 'width / depth',
  sentence: 'Output features of the widest layer over the number of layers.',
  unit: '',
  figure: 'plain',
  axis: { scale: 'log10', min: -0.5, max: 2.5 },
  known: 'before training',
  measure: ({ measures }) => measures.widthToDepth,
  most: () => null,
};
