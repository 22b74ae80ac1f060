/**
 * Cells of NAS-Bench-201 (Dong and Yang, "NAS-Bench-201: Extending the Scope of Reproducible Neural Architecture
 * Search", ICLR 2020): four nodes, an operation on each of the six edges from an earlier node to a later one; a node is
 * the sum of its edges. 5 operations on 6 edges are 15,625 cells.
 */
import { fail } from '../../failure.ts';

export const cellOperations = ['none', 'skip_connect', 'nor_conv_1x1', 'nor_conv_3x3', 'avg_pool_3x3'] as const;

export type CellOperation = (typeof cellOperations)[number];

/** Edges [from, to] in the order of the benchmark's strings. */
export const cellEdges = [
  [0, 1],
  [0, 2],
  [1, 2],
  [0, 3],
  [1, 3],
  [2, 3],
] as const;

/** The node that is the output; node 0 is the input. */
export const lastNode = 3;

/** Operations on the six edges, in the order of {@link cellEdges}. */
export type Cell = readonly CellOperation[];

/** Number of cells. */
export const cellCount = cellOperations.length ** cellEdges.length;

/** The cell of a number from 0 to 15,624: its digits to the base 5 name the operations, the first edge's lowest. */
export function cellAt(number: number): Cell {
  if (!Number.isInteger(number) || number < 0 || number >= cellCount) {
    throw new RangeError(`There is no cell ${number}: they are numbered from 0 to ${cellCount - 1}.`);
  }
  return cellEdges.map(
    (_, edge) => cellOperations[Math.floor(number / cellOperations.length ** edge) % cellOperations.length] ?? 'none',
  );
}

/** The benchmark's string: `|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|`. */
export function formatCell(cell: Cell): string {
  const nodes = [1, 2, lastNode].map((node) =>
    cellEdges.map(([from, to], edge) => (to === node ? `${cell[edge]}~${from}|` : '')).join(''),
  );
  return nodes.map((edges) => `|${edges}`).join('+');
}

function isOperation(name: string): name is CellOperation {
  return cellOperations.some((operation) => operation === name);
}

const form = '|op~0|+|op~0|op~1|+|op~0|op~1|op~2|';

/**
 * A cell from the benchmark's string.
 * @throws FailureError of kind `cell` that names the part that is wrong
 */
export function parseCell(text: string): Cell {
  const nodes = text.trim().split('+');
  if (nodes.length !== lastNode) {
    fail('cell', `The cell ${text} has ${nodes.length} nodes beside the input, not ${lastNode}: it reads ${form}.`);
  }
  return nodes.flatMap((node, index) => {
    const edges = /^\|(.*)\|$/.exec(node)?.[1]?.split('|') ?? [];
    if (edges.length !== index + 1) {
      fail(
        'cell',
        `Node ${index + 1} of the cell ${text} has ${edges.length} edges, not ${index + 1}: it reads ${form}.`,
      );
    }
    return edges.map((edge, from) => {
      const [operation = '', source, more] = edge.split('~');
      if (source !== String(from) || more !== undefined) {
        return fail('cell', `Edge ${edge} of the cell ${text} does not come from node ${from}: it reads ${form}.`);
      }
      if (isOperation(operation)) return operation;
      return fail(
        'cell',
        `There is no operation ${operation} in NAS-Bench-201; there is ${cellOperations.join(', ')}.`,
      );
    });
  });
}
