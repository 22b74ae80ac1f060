/** A cell of NAS-Bench-201 as the PyTorch class that a language model is shown. */
import { type Cell, type CellOperation, cellEdges, lastNode } from './cell.ts';

/** What makes the operation of an edge; operations that are not here have no module of their own. */
const modules: Readonly<Partial<Record<CellOperation, string>>> = {
  nor_conv_1x1: 'nn.Sequential(nn.ReLU(), nn.Conv2d(channels, channels, 1, bias=False), nn.BatchNorm2d(channels))',
  nor_conv_3x3:
    'nn.Sequential(nn.ReLU(), nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels))',
  avg_pool_3x3: 'nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)',
};

/** One term of a node's sum: the edge's module on the node it comes from, or that node itself. */
export interface CellTerm {
  readonly node: number;
  readonly text: string;
}

/** The terms of all sums, in the order of the edges; `none` has none. */
export function cellTerms(cell: Cell): CellTerm[] {
  return cellEdges.flatMap(([from, to], edge) => {
    const operation = cell[edge] ?? 'none';
    if (operation === 'none') return [];
    return [{ node: to, text: operation === 'skip_connect' ? `x${from}` : `self.edge${from}${to}(x${from})` }];
  });
}

/**
 * The class `Cell(channels)`, without imports, ending in one newline. Its forward takes and gives [N, channels, H, W];
 * nodes are x0 to x3, the module of the edge from i to j is `edge<i><j>`, a node without edges is zeros.
 */
export function cellSource(cell: Cell): string {
  const made = cellEdges.flatMap(([from, to], edge) => {
    const module = modules[cell[edge] ?? 'none'];
    return module === undefined ? [] : [`        self.edge${from}${to} = ${module}`];
  });
  const terms = cellTerms(cell);
  const sums = Array.from({ length: lastNode }, (_, index) => {
    const own = terms.filter(({ node }) => node === index + 1).map(({ text }) => text);
    return `        x${index + 1} = ${own.length === 0 ? 'torch.zeros_like(x0)' : own.join(' + ')}`;
  });
  return `${[
    'class Cell(nn.Module):',
    '    def __init__(self, channels):',
    '        super().__init__()',
    ...made,
    '',
    '    def forward(self, x0):',
    ...sums,
    `        return x${lastNode}`,
  ].join('\n')}\n`;
}
