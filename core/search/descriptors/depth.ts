/** Descriptor: number of layers (section 4.1: registered leaf layers that forward uses). */
import type { Descriptor } from './descriptor.ts';

export const depth: Descriptor = {
  label: 'depth',
  sentence: 'Layers that the network registers and uses.',
  unit: 'layers',
  figure: 'plain',
  axis: { scale: 'linear', min: 0, max: 30 },
  known: 'before training',
  measure: ({ measures }) => measures.depth,
  most: () => null,
};
