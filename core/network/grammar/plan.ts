/** How an instruction lets a grammar change its parent: which layers may come and go, how often, and which sizes. */
import { type Asks, type LayerKind, plainLayers } from '../asks.ts';
import type { GrammarBuilder, Piece } from './grammar.ts';
import type { Outline } from './outline.ts';

/** Changes a child may still make, and how many of those that the instruction asks for are missing. */
export interface Edits {
  readonly left: number;
  readonly need: number;
}

export interface Plan {
  readonly start: Edits;
  /** What is left after a layer is added; null where it may not be. */
  added(edits: Edits, kind: LayerKind): Edits | null;
  /** What is left after a layer is taken away; null where it may not be. */
  dropped(edits: Edits): Edits | null;
  /** What is left after a size is changed. */
  altered(edits: Edits): Edits;
  /** Widths that a layer of this width may have. */
  widths(width: number): readonly number[];
  /** Widths of a new layer after one of this width. */
  newWidths(width: number): readonly number[];
  kernels(kernel: number): readonly number[];
  readonly activation: Piece | null;
  readonly newKernel: Piece | null;
  /** Recurrent layers of the child. */
  readonly recurrent: number;
  /** Lines of a dropout layer. */
  readonly dropouts: readonly string[];
  /** Features that a flattened image may have. */
  readonly mostFeatures: number;
}

const mostWidth = 512;
const commonActivations = ['ReLU', 'LeakyReLU', 'GELU', 'SiLU', 'ELU'];

/** How many more layers of these kinds the parent has than its outline keeps. */
function lost(outline: Outline, kinds: readonly LayerKind[]): number {
  const { convolutions, linears, counts } = outline;
  const count = (test: (block: Outline['convolutions'][number]) => boolean): number => convolutions.filter(test).length;
  const kept: Record<LayerKind, number> = {
    convolution: convolutions.length,
    linear: linears.length + 1,
    normalisation: count((block) => block.norm) + linears.filter((block) => block.norm).length,
    pooling: count((block) => block.pool !== null) + (outline.globalPool ? 1 : 0),
    dropout: count((block) => block.dropout) + linears.filter((block) => block.dropout).length,
    residual: count((block) => block.residual),
    recurrent: outline.recurrent,
  };
  return kinds.reduce((sum, kind) => sum + Math.max(0, counts[kind] - kept[kind]), 0);
}

/** More than these would make texts too long and grammars too large. */
const mostNeeded = 3;

function startOf(outline: Outline, asks: Asks): Edits {
  switch (asks.kind) {
    case 'add': {
      if (asks.layers.includes('recurrent')) return { left: 1, need: 0 };
      const need = Math.min(mostNeeded, asks.count + lost(outline, asks.layers));
      return { left: need + 1, need };
    }
    case 'delete':
      return { left: 2, need: 1 };
    case 'improve':
      return { left: 3, need: 1 };
    case 'reduce':
    case 'increase': {
      const hidden = [...outline.convolutions, ...outline.linears];
      const byWidth = hidden.some((block) => block.width > 1) || (asks.kind === 'increase' && hidden.length > 0);
      return { left: 1, need: byWidth ? 0 : 1 };
    }
  }
}

/** Kinds of layers that may be added besides those asked for. */
function addable(asks: Asks): readonly LayerKind[] {
  if (asks.kind === 'delete') return [];
  if (asks.kind === 'reduce') return ['pooling'];
  if (asks.kind === 'increase') return ['convolution', 'linear', 'residual'];
  return asks.kind === 'improve' ? [...plainLayers, 'residual'] : [...new Set([...plainLayers, ...asks.layers])];
}

function inOrder(widths: readonly number[], most: number): number[] {
  const whole = widths.map((width) => Math.max(1, Math.min(most, Math.round(width))));
  return [...new Set(whole)].sort((a, b) => a - b);
}

/** The plan of an instruction for a parent; `others` are further parents, whose widths count as plausible. */
export function planOf(outline: Outline, asks: Asks, others: readonly Outline[], builder: GrammarBuilder): Plan {
  const all = [outline, ...others];
  const blocks = all.flatMap(({ convolutions, linears }) => [...convolutions, ...linears]);
  const own = blocks.map(({ width }) => width);
  const most = Math.max(mostWidth, ...own);
  const foreign = others.flatMap(({ convolutions, linears }) =>
    [...convolutions, ...linears].map(({ width }) => width),
  );
  const names = [...blocks.flatMap(({ activation }) => activation ?? []), ...commonActivations];
  const isAsked = (kind: LayerKind): boolean => asks.kind !== 'add' || asks.layers.includes(kind);
  const allowed = addable(asks);
  const canDrop = asks.kind === 'delete' || asks.kind === 'improve';
  const wantsRecurrent = asks.kind === 'add' && asks.layers.includes('recurrent');
  const largest = outline.convolutions.length === 0 ? outline.side ** 2 * outline.channels : 0;

  function widths(width: number): readonly number[] {
    // A parent's largest layer stays within bounds when it is asked to grow.
    const limit = Math.max(most, 2 * width);
    if (asks.kind === 'reduce') return inOrder([width / 2, width / 4, width / 8].map(Math.floor), limit);
    if (asks.kind === 'increase') return inOrder([2 * width, 3 * width, 4 * width], limit);
    const near = foreign.filter((other) => other >= width / 2 && other <= 2 * width).slice(0, 2);
    return inOrder([width, width / 2, width * 2, Math.max(8, width * 1.5), ...near], most);
  }

  return {
    start: startOf(outline, asks),
    added({ left, need }, kind) {
      if (left === 0 || !allowed.includes(kind)) return null;
      const next = { left: left - 1, need: isAsked(kind) ? Math.max(0, need - 1) : need };
      return next.left < next.need ? null : next;
    },
    dropped: ({ left, need }) => (left === 0 || !canDrop ? null : { left: left - 1, need: Math.max(0, need - 1) }),
    altered: (edits) => (asks.kind === 'improve' ? { ...edits, need: 0 } : edits),
    widths,
    newWidths: (width) => inOrder([width, width * 2, 8, 16, 32, 64], most),
    kernels: (kernel) => [...new Set([kernel, 3, 1, 5])],
    activation: builder.rule('activation', () => [...new Set(names)].map((name) => [name])),
    newKernel: builder.rule('new-kernel', () => [3, 1, 5].map((kernel) => [newKernelText(kernel)])),
    recurrent: outline.recurrent + (wantsRecurrent ? 1 : 0),
    dropouts: [0.2, 0.5, 0.1, 0.3].map((share) => `            nn.Dropout(${share}),\n`),
    mostFeatures: Math.max(32_768, largest),
  };
}

function newKernelText(kernel: number): string {
  const padding = kernel === 1 ? '' : `, padding=${(kernel - 1) / 2}`;
  return `${kernel}${padding}),\n            nn.ReLU(),\n`;
}
