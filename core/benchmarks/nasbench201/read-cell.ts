/**
 * A module's operations -> cells of NAS-Bench-201 that compute the same. The operations of edges (ReLU, convolution and
 * batch normalization; average pooling) are nodes of the graph; everything between them are sums, so each value is a sum
 * of the input and of results of operations, and skip connections only show in how often something is added.
 */
import { fail } from '../../failure.ts';
import type { Operations } from '../../network/build-network.ts';
import { formatShape, sameShape } from '../../network/dimensions.ts';
import type { NetworkNode, NodeOf, Shape } from '../../network/ir.ts';
import { type Cell, type CellOperation, cellEdges, lastNode } from './cell.ts';
import { cellTerms } from './cell-source.ts';

/** How often each is added: by number of the operation, the input as 0. */
type Sum = ReadonlyMap<number, number>;

/** What a value of the graph is. */
type Meaning =
  | { readonly kind: 'sum'; readonly sum: Sum }
  /** On its way to a convolution, then to a batch normalization. */
  | { readonly kind: 'relu'; readonly of: Sum }
  | { readonly kind: 'convolution'; readonly operation: CellOperation; readonly of: Sum }
  /** No part of a cell; `why` is told if the output needs it. */
  | { readonly kind: 'other'; readonly why: string; readonly node: NetworkNode | null };

/** An operation of an edge, with what it is applied to. */
interface EdgeOperation {
  readonly operation: CellOperation;
  readonly of: Sum;
}

const zero: Sum = new Map();
const input = 0;

function plus(left: Sum, right: Sum): Sum {
  const sum = new Map(left);
  for (const [part, times] of right) sum.set(part, (sum.get(part) ?? 0) + times);
  return sum;
}

function same(left: Sum, right: Sum): boolean {
  return left.size === right.size && [...left].every(([part, times]) => right.get(part) === times);
}

const order = 'an operation of an edge is ReLU, convolution and batch normalization, in this order';

/** The operation that a convolution belongs to; a sentence where there is none. */
function convolutionOf({ attributes, shape, inputs }: NodeOf<'conv2d'>, given: Shape): CellOperation | string {
  const { kernel, stride, padding, dilation, groups } = attributes;
  const [size] = kernel;
  const square = kernel.every((each) => each === size) && (size === 1 || size === 3);
  const keeps = padding.every((each) => each === (size - 1) / 2);
  const plain = [...stride, ...dilation, groups].every((each) => each === 1) && inputs.length === 1;
  if (!square || !keeps || !plain || !sameShape(shape, given)) {
    return 'convolutions of a cell are 1x1, or 3x3 with padding 1, with stride 1, one group and as many channels as the input';
  }
  return size === 1 ? 'nor_conv_1x1' : 'nor_conv_3x3';
}

function isCellPooling({ attributes }: NodeOf<'avgPool2d'>): boolean {
  const { kernel, stride, padding, divisor } = attributes;
  const all = (pair: readonly number[], size: number) => pair.every((each) => each === size);
  return all(kernel, 3) && all(stride, 1) && all(padding, 1) && divisor === null;
}

/** What each value is, and the operations of edges, numbered from 1. */
function meaningsOf({ nodes }: Operations, shape: Shape): { meanings: Meaning[]; operations: EdgeOperation[] } {
  const meanings: Meaning[] = [{ kind: 'sum', sum: new Map([[input, 1]]) }];
  const operations: EdgeOperation[] = [];
  const weights = new Set<string>();
  const meet = (operation: CellOperation, of: Sum): Meaning => {
    operations.push({ operation, of });
    return { kind: 'sum', sum: new Map([[operations.length, 1]]) };
  };
  for (const node of nodes) {
    const other = (why: string): Meaning => ({ kind: 'other', why, node });
    const read = (): Meaning => {
      const given = node.inputs.map((value) => meanings[value]);
      const refused = given.find((each) => each?.kind === 'other');
      if (refused !== undefined) return refused;
      const [first, second] = given;
      if (node.operator === 'constant') {
        const nothing = node.attributes.values.every((value) => value === 0);
        return nothing ? { kind: 'sum', sum: zero } : other('constants are no part of a cell');
      }
      if (node.operator === 'batchNorm') {
        if (first?.kind !== 'convolution')
          return other(`a batch normalization without a convolution before it: ${order}`);
        return meet(first.operation, first.of);
      }
      if (node.operator === 'conv2d') {
        const name = node.parameters.weight ?? '';
        if (weights.has(name)) return other(`${name} is used twice: each edge has weights of its own`);
        weights.add(name);
        if (first?.kind !== 'relu') return other(`a convolution without a ReLU before it: ${order}`);
        const operation = convolutionOf(node, shape);
        const known = operation === 'nor_conv_1x1' || operation === 'nor_conv_3x3';
        return known ? { kind: 'convolution', operation, of: first.of } : other(operation);
      }
      if (first?.kind === 'convolution') return other(`a convolution without a batch normalization after it: ${order}`);
      if (first?.kind === 'relu' || second?.kind === 'relu') {
        return other(`a ReLU without a convolution after it: ${order}`);
      }
      if (first?.kind !== 'sum') return other(`${node.operator} is no operation of NAS-Bench-201`);
      switch (node.operator) {
        case 'relu':
          return { kind: 'relu', of: first.sum };
        case 'add':
          if (second?.kind !== 'sum') return other(`a convolution without a batch normalization after it: ${order}`);
          return { kind: 'sum', sum: plus(first.sum, second.sum) };
        case 'expand':
          return first;
        case 'dropout':
          return node.attributes.p === 0 ? first : other('dropout is no operation of NAS-Bench-201');
        case 'affine':
          if (node.attributes.shift !== 0) return other('adding a number is no operation of NAS-Bench-201');
          if (node.attributes.scale === 0) return { kind: 'sum', sum: zero };
          return node.attributes.scale === 1 ? first : other('scaling is no operation of NAS-Bench-201');
        case 'avgPool2d':
          return isCellPooling(node)
            ? meet('avg_pool_3x3', first.sum)
            : other('the average pooling of a cell is 3x3 with stride 1 and padding 1');
        default:
          return other(`${node.operator} is no operation of NAS-Bench-201`);
      }
    };
    meanings.push(read());
  }
  return { meanings, operations };
}

/** The sum that the module returns. @throws FailureError of kind `cell` */
function outputOf({ output }: Operations, meanings: readonly Meaning[]): Sum {
  if ('everywhere' in output) {
    return output.everywhere === 0 ? zero : fail('cell', 'No cell of NAS-Bench-201: it returns a constant.');
  }
  const meaning = meanings[output.value];
  if (meaning?.kind === 'sum') return meaning.sum;
  if (meaning?.kind === 'other') {
    const place = meaning.node?.place ?? null;
    const where = place === null ? '' : ` (line ${place.line})`;
    return fail('cell', `No cell of NAS-Bench-201: ${meaning.why}${where}.`, place ?? {});
  }
  return fail('cell', `No cell of NAS-Bench-201: it ends in the middle of an operation; ${order}.`);
}

/** Operations that a sum is made of, directly or through others. */
function neededOf(output: Sum, operations: readonly EdgeOperation[]): Set<number> {
  const needed = new Set<number>();
  const open = [...output.keys()];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const operation = operations[part - 1];
    if (operation === undefined || needed.has(part)) continue;
    needed.add(part);
    open.push(...operation.of.keys());
  }
  return needed;
}

/** Every cell whose edges hold exactly these operations and whose last node is the output. */
function placements(output: Sum, operations: ReadonlyMap<number, EdgeOperation>): Cell[] {
  const found: Cell[] = [];
  const cell: CellOperation[] = [];
  const values: Sum[] = [new Map([[input, 1]])];
  const unused = new Set(operations.keys());
  const place = (edge: number, sum: Sum): void => {
    if (unused.size > cellEdges.length - edge) return;
    const next = (operation: CellOperation, added: Sum) => {
      cell.push(operation);
      const total = plus(sum, added);
      const [, to] = cellEdges[edge] ?? [0, 0];
      const closes = cellEdges[edge + 1]?.[1] !== to;
      if (closes && to === lastNode) {
        if (unused.size === 0 && same(total, output)) found.push([...cell]);
      } else if (closes) {
        values[to] = total;
        place(edge + 1, zero);
      } else place(edge + 1, total);
      cell.pop();
    };
    const from = values[cellEdges[edge]?.[0] ?? 0] ?? zero;
    next('none', zero);
    next('skip_connect', from);
    for (const number of [...unused]) {
      const operation = operations.get(number);
      if (operation === undefined || !same(operation.of, from)) continue;
      unused.delete(number);
      next(operation.operation, new Map([[number, 1]]));
      unused.add(number);
    }
  };
  place(0, zero);
  return found;
}

/** The terms that a text writes for nodes named x1 to x3, and for what it returns: `3=self.edge03(x0)`. */
function writtenTerms(text: string): Set<string> {
  const sums = [...text.matchAll(/^[ \t]*(?:x([1-3])[ \t]*=(?!=)|return\b)([^#\n]*)/gm)];
  return new Set(
    sums.flatMap(([, node, sum = '']) =>
      sum.split('+').map((term) => `${node ?? lastNode}=${term.replace(/\s/g, '')}`),
    ),
  );
}

/**
 * The cell of a module's operations on an input [C, H, W]. Several cells can compute the same (an edge that is skipped
 * twice, an edge whose result nobody uses); then the text's own sums decide, and without them the cell of fewest edges.
 * @throws FailureError of kind `cell` with the one reason why it is none of the 15,625 cells
 */
export function readCell(traced: Operations, image: readonly number[], text: string): Cell {
  const shape: Shape = [{ batch: 1 }, ...image];
  if (!sameShape(traced.shape, shape)) {
    fail(
      'cell',
      `No cell of NAS-Bench-201: it returns ${formatShape(traced.shape)} for an input ${formatShape(shape)}.`,
    );
  }
  const { meanings, operations } = meaningsOf(traced, shape);
  const output = outputOf(traced, meanings);
  const numbered = operations.map((operation, index) => [index + 1, operation] as const);
  const needed = neededOf(output, operations);
  if (needed.size > cellEdges.length) {
    fail(
      'cell',
      `No cell of NAS-Bench-201: it has ${needed.size} operations, more than its ${cellEdges.length} edges.`,
    );
  }
  let cells = placements(output, new Map(numbered));
  // What is computed for nothing need not fit.
  if (cells.length === 0) cells = placements(output, new Map(numbered.filter(([number]) => needed.has(number))));
  const written = writtenTerms(text);
  const ranked = cells.map((cell) => {
    const terms = cellTerms(cell);
    const shared = terms.filter(({ node, text: term }) => written.has(`${node}=${term}`)).length;
    return { cell, rank: 2 * shared - terms.length, edges: terms.length };
  });
  const [best] = ranked.sort((a, b) => b.rank - a.rank || a.edges - b.edges);
  return (
    best?.cell ??
    fail(
      'cell',
      'No cell of NAS-Bench-201: its operations do not stand on edges between four nodes, each the sum of what leads to it.',
    )
  );
}
