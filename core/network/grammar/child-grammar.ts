/**
 * A grammar of a network's children: every sentence is a class that PyTorch accepts, near the parent and as the
 * instruction asks. Sizes are always right because the state of a rule holds the channels and the side of the image, so
 * each next layer's input is known; every layer lies in an nn.Sequential, so all that is declared is used, in order.
 */

import { fail } from '../../failure.ts';
import type { Asks, LayerKind } from '../asks.ts';
import { type Alternative, type Grammar, type GrammarBuilder, grammarBuilder, type Piece } from './grammar.ts';
import { linearRules } from './linear-rules.ts';
import type { ConvolutionBlock, Outline } from './outline.ts';
import { type Edits, type Plan, planOf } from './plan.ts';

/** A grammar of what follows `head`; head and sentence together are the text of the network. */
export interface ChildGrammar {
  readonly head: string;
  readonly grammar: Grammar;
}

const residualClass = `class Residual(nn.Module):
    def __init__(self, block):
        super().__init__()
        self.block = block

    def forward(self, x):
        return x + self.block(x)


`;

/** What every network's class begins with. */
export const classHeader = `class Net(nn.Module):
    def __init__(self):
        super().__init__()
`;

/** Margin of a line in a container of the class. */
const margin = ' '.repeat(12);

/** What is known between two layers: channels and side of the image, and the changes still open. */
interface State {
  readonly channels: number;
  readonly side: number;
  readonly edits: Edits;
}

type Rows = readonly (readonly (Piece | null)[])[];

interface Parts {
  readonly outline: Outline;
  readonly plan: Plan;
  readonly builder: GrammarBuilder;
  /** What follows the last convolution. */
  readonly closing: (state: State) => Piece | null;
}

function keyOf({ channels, side, edits }: State): string {
  return `${channels}-${side}-${edits.left}-${edits.need}`;
}

/** Side after a convolution padded by half its kernel. */
function sideAfter(side: number, stride: number): number {
  return Math.floor((side - 1) / stride) + 1;
}

function withEdits(state: State, edits: Edits | null, next: (state: State) => Piece | null): Piece | null {
  return edits === null ? null : next({ ...state, edits });
}

/** A layer that the block has, or has not: kept, dropped or added as the plan allows. */
function optional(
  { plan }: Parts,
  state: State,
  has: boolean,
  kind: 'normalisation' | 'dropout',
  texts: readonly string[],
  next: (state: State) => Piece | null,
): Rows {
  const withIt = has ? state.edits : plan.added(state.edits, kind);
  const without = has ? plan.dropped(state.edits) : state.edits;
  return [
    ...texts.map((text) => [text, withEdits(state, withIt, next)]),
    // An empty text keeps apart "nothing stands here" from a way that ends nowhere.
    ['', withEdits(state, without, next)],
  ];
}

function dropoutRule(parts: Parts, place: number, block: ConvolutionBlock, state: State): Piece | null {
  return parts.builder.rule(`drop-${place}-${keyOf(state)}`, () =>
    optional(parts, state, block.dropout, 'dropout', parts.plan.dropouts, (next) => section(parts, place + 1, next)),
  );
}

function poolRule(parts: Parts, place: number, block: ConvolutionBlock, state: State): Piece | null {
  const { plan, builder } = parts;
  return builder.rule(`pool-${place}-${keyOf(state)}`, () => {
    const next = (side: number, edits: Edits | null): Piece | null =>
      edits === null ? null : dropoutRule(parts, place, block, { ...state, side, edits });
    const pooled = block.pool === null ? plan.added(state.edits, 'pooling') : state.edits;
    const without = block.pool === null ? state.edits : plan.dropped(state.edits);
    const halved = Math.floor(state.side / 2);
    const rows: Rows =
      halved < 1
        ? // No room to pool: an image of one pixel stays as it is.
          [
            ['', next(state.side, block.pool === null ? null : state.edits)],
            [`${margin}nn.MaxPool2d(3, stride=1, padding=1),\n`, next(state.side, block.pool === null ? pooled : null)],
          ]
        : [
            [`${margin}nn.MaxPool2d(2),\n`, next(halved, pooled)],
            [`${margin}nn.AvgPool2d(2),\n`, next(halved, pooled)],
          ];
    return [...rows, ['', next(state.side, without)]];
  });
}

/** The activation, then what the block has after it. */
function activationRows(parts: Parts, block: { readonly activation: string | null }, next: Piece | null): Rows {
  const rows: Rows = [[`${margin}nn.`, parts.plan.activation, '(),\n', next]];
  return block.activation === null ? [...rows, ['', next]] : rows;
}

function convolutionText(channels: number): string {
  return `${margin}nn.Conv2d(${channels}, `;
}

function kernelText(kernel: number, stride: number): string {
  const padding = (kernel - 1) / 2;
  return `${kernel}${stride > 1 ? `, stride=${stride}` : ''}${padding > 0 ? `, padding=${padding}` : ''}),\n`;
}

function normRule(parts: Parts, place: number, block: ConvolutionBlock, state: State): Piece | null {
  const { builder } = parts;
  const afterNorm = (next: State): Piece | null =>
    builder.rule(`act-${place}-${keyOf(next)}`, () =>
      activationRows(parts, block, poolRule(parts, place, block, next)),
    );
  const text = `${margin}nn.BatchNorm2d(${state.channels}),\n`;
  return builder.rule(`norm-${place}-${keyOf(state)}`, () =>
    optional(parts, state, block.norm, 'normalisation', [text], afterNorm),
  );
}

/** A block of the outline: its width and kernel are the model's choice. */
function blockRows(parts: Parts, place: number, block: ConvolutionBlock, state: State): Rows {
  const { plan, builder } = parts;
  if (block.residual) {
    const after = poolRule(parts, place, block, state);
    return [[residual(parts, state.channels), after]];
  }
  const widths = builder.rule(`width-${place}-${keyOf(state)}`, () =>
    plan.widths(block.width).flatMap((width): Rows => {
      const edits = width === block.width ? state.edits : plan.altered(state.edits);
      const kernels = plan.kernels(block.kernel).map((kernel) => {
        const left = kernel === block.kernel ? edits : plan.altered(edits);
        const side = sideAfter(state.side, block.stride);
        return [
          kernelText(kernel, block.stride),
          normRule(parts, place, block, { channels: width, side, edits: left }),
        ];
      });
      const name = `kernel-${place}-${width}-${state.side}-${edits.left}-${edits.need}`;
      return [[`${width}, `, builder.rule(name, () => kernels)]];
    }),
  );
  return [[convolutionText(state.channels), widths]];
}

/** One convolution, or two with an activation between, added to their input. */
function residual({ plan, builder }: Parts, channels: number): Piece | null {
  const inner = (text: string): string => `    ${text}`;
  const convolution = builder.rule(`inner-${channels}`, () =>
    [3, 1, 5].map((kernel) => [inner(`${convolutionText(channels)}${channels}, ${kernelText(kernel, 1)}`)]),
  );
  const norm = builder.rule(`inner-norm-${channels}`, () => [[''], [inner(`${margin}nn.BatchNorm2d(${channels}),\n`)]]);
  const activation: (Piece | null)[] = [inner(`${margin}nn.`), plan.activation, '(),\n'];
  return builder.rule(`residual-${channels}`, () => {
    const open = `${margin}Residual(nn.Sequential(\n`;
    const close = `${margin})),\n`;
    return [
      [open, convolution, norm, ...activation, close],
      [open, convolution, norm, ...activation, convolution, norm, close],
    ];
  });
}

function insertedRows(parts: Parts, place: number, state: State): Rows {
  const { plan, builder } = parts;
  const rows: (readonly (Piece | null)[])[] = [];
  const edits = plan.added(state.edits, 'convolution');
  if (edits !== null) {
    const widths = builder.rule(`new-${place}-${keyOf(state)}`, () =>
      plan.newWidths(state.channels).map((width) => {
        const next = section(parts, place, { channels: width, side: state.side, edits });
        return [`${width}, `, plan.newKernel, next];
      }),
    );
    rows.push([convolutionText(state.channels), widths]);
  }
  const added = plan.added(state.edits, 'residual');
  if (added !== null) {
    rows.push([residual(parts, state.channels), section(parts, place, { ...state, edits: added })]);
  }
  return rows;
}

/** Normalisation and pooling behind the last block: where every block has its own, there is still room for one more. */
function endRows(parts: Parts, place: number, state: State): Rows {
  const { plan } = parts;
  const add = (kind: LayerKind, text: string, side: number): (Piece | null)[] => [
    `${margin}${text},\n`,
    withEdits({ ...state, side }, plan.added(state.edits, kind), (next) => section(parts, place, next)),
  ];
  const halved = Math.floor(state.side / 2);
  return [
    add('normalisation', `nn.BatchNorm2d(${state.channels})`, state.side),
    halved < 1
      ? add('pooling', 'nn.MaxPool2d(3, stride=1, padding=1)', state.side)
      : add('pooling', 'nn.MaxPool2d(2)', halved),
  ];
}

/** All that may stand from the convolution of this place on. */
function section(parts: Parts, place: number, state: State): Piece | null {
  const { outline, plan, builder } = parts;
  return builder.rule(`layers-${place}-${keyOf(state)}`, () => {
    const block = outline.convolutions[place];
    const inserted = insertedRows(parts, place, state);
    if (block === undefined) return [[parts.closing(state)], ...inserted, ...endRows(parts, place, state)];
    const skipped = withEdits(state, plan.dropped(state.edits), (next) => section(parts, place + 1, next));
    return [...blockRows(parts, place, block, state), ...inserted, [skipped]];
  });
}

/**
 * The grammar of children of an outlined network. Where the instruction cannot be met from it (nothing is left to
 * delete), any change is let in. `others`: further parents of a crossover, whose sizes and layers may be taken too.
 */
export function childGrammar(outline: Outline, asks: Asks, others: readonly Outline[] = []): ChildGrammar {
  const found = grammarFor(outline, asks, others) ?? grammarFor(outline, { kind: 'improve' }, others);
  return found ?? fail('internal', 'No grammar of children could be made from the parent.');
}

function grammarFor(outline: Outline, asks: Asks, others: readonly Outline[]): ChildGrammar | null {
  const builder = grammarBuilder();
  const plan = planOf(outline, asks, others, builder);
  const linears = linearRules(outline, plan, builder);
  const closing = ({ channels, side, edits }: State): Piece | null => linears.after(channels, side, edits);
  const parts: Parts = { outline, plan, builder, closing };
  const first = section(parts, 0, { channels: outline.channels, side: outline.side, edits: plan.start });
  if (first === null || typeof first === 'string') return null;
  const open = `        self.${outline.names.features} = nn.Sequential(\n`;
  const root: Alternative = [open, first, linears.forward];
  const rules = reachable(new Map([...builder.rules, ['network', [root]]]), 'network');
  const usesResidual = [...rules.keys()].some((name) => name.startsWith('residual-'));
  return { head: `${usesResidual ? residualClass : ''}${classHeader}`, grammar: { rules, root: 'network' } };
}

/** Only the rules that a sentence can use: the others cost time for each token. */
function reachable(rules: Grammar['rules'], root: string): Grammar['rules'] {
  const kept = new Map<string, readonly Alternative[]>();
  const pending = [root];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const alternatives = rules.get(name);
    if (kept.has(name) || alternatives === undefined) continue;
    kept.set(name, alternatives);
    for (const piece of alternatives.flat()) if (typeof piece !== 'string') pending.push(piece.rule);
  }
  return kept;
}
