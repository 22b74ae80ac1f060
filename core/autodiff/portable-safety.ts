/**
 * What ONNX Runtime's WebGPU provider (1.30) is known to refuse, or to compute wrongly or loosely. The portable emitter
 * writes around all of it, and refuses by name what a rule would use of it all the same.
 */
import { fail } from '../failure.ts';
import type { Attributes, GraphBuilder } from '../onnx/graph-builder.ts';

export interface PortableNode {
  readonly operator: string;
  readonly attributes: Attributes;
  /** How many results it has. */
  readonly outputs: number;
  /** Sizes of its inputs; null where they are not known. */
  readonly inputs: readonly (readonly number[])[] | null;
}

function numberOf({ attributes }: PortableNode, name: string, fallback: number): number {
  const value = attributes[name];
  return typeof value === 'number' ? value : fallback;
}

/** Places added before and after, by axis: [before..., after...]. */
function padsOf({ attributes: { pads } }: PortableNode): number[] {
  return Array.isArray(pads) ? pads.map(Number) : [];
}

/** Weight [O, C / groups, kH, kW]. */
function convolution(node: PortableNode): string | null {
  const [, weight] = node.inputs ?? [];
  if (weight === undefined) return 'is wrong for some sizes, and these are not known';
  const [outputs = 0, channels = 0, ...taps] = weight;
  const groups = numberOf(node, 'group', 1);
  const share = outputs / groups;
  if (groups > 1 && share > 4 && share % 4 !== 0) {
    return `is wrong where a group has more than 4 outputs that are no multiple of 4 (${share})`;
  }
  if (groups === 1 && channels > 3 && channels % 3 === 0 && channels % 4 !== 0 && outputs % 4 === 0) {
    return `is wrong from ${channels} channels (a multiple of 3, none of 4) to ${outputs} (a multiple of 4)`;
  }
  const pads = padsOf(node);
  const before = pads.slice(0, pads.length / 2);
  if (taps.every((size) => size === 1) && pads.some((size) => size > 0) && before.every((size) => size === 0)) {
    return 'of one tap ignores padding that is after its input alone';
  }
  return null;
}

/** Weight [C, O / groups, kH, kW]. */
function transposedConvolution(node: PortableNode): string | null {
  const [, weight] = node.inputs ?? [];
  const [channels = 0, outputs = 0] = weight ?? [];
  const sound = weight !== undefined && (outputs > 1 || channels === numberOf(node, 'group', 1));
  return sound ? null : 'is wrong where a group has one output of several inputs';
}

/** By operator: why a node of it is unsafe, null where it is not. */
const rules: Readonly<Record<string, (node: PortableNode) => string | null>> = {
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  Pad: () => 'reads out of bounds: concatenate instead',
  Sin: () => 'is off by 2e-4: use the series',
  Cos: () => 'is off by 2e-4: use the series',
  BatchNormalization: (node) => (numberOf(node, 'training_mode', 0) === 0 ? null : 'has no training mode'),
  MaxPool: ({ outputs }) => (outputs > 1 ? 'gives no indices' : null),
  MaxUnpool: () => 'needs indices, which its MaxPool does not give',
  Split: ({ outputs }) => (outputs > 10 ? 'binds too many buffers: slice instead' : null),
};

/** Operators that have a rule here. */
export const watchedOperators: readonly string[] = Object.keys(rules);

/** Why a node is unsafe on WebGPU; null where nothing is known against it. */
export function unsafeReason(node: PortableNode): string | null {
  return rules[node.operator]?.(node) ?? null;
}

/** @throws FailureError `internal` naming the operator and what is wrong with it on WebGPU */
export function refuseUnsafe(node: PortableNode): void {
  const reason = unsafeReason(node);
  if (reason !== null)
    fail('internal', `The portable formulation cannot use ${node.operator}: on WebGPU it ${reason}.`);
}

/** The builder for rules that add nodes without the emitter: sizes are not known there. */
export function guarded(builder: GraphBuilder): GraphBuilder {
  return {
    ...builder,
    node(operator, inputs, attributes = {}) {
      refuseUnsafe({ operator, attributes, outputs: 1, inputs: null });
      return builder.node(operator, inputs, attributes);
    },
    nodes(operator, inputs, count, attributes = {}) {
      refuseUnsafe({ operator, attributes, outputs: count, inputs: null });
      return builder.nodes(operator, inputs, count, attributes);
    },
  };
}
