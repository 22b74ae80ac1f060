/** Cells of NAS-Bench-201 as people and models may write them. */

/** A class with an input x0. */
export function cellClass(init: readonly string[], forward: readonly string[], given = 'channels'): string {
  const lines = (all: readonly string[]) => all.map((line) => `        ${line}\n`).join('');
  return `class Cell(nn.Module):\n    def __init__(self, ${given}):\n        super().__init__()\n${lines(init)}\n    def forward(self, x0):\n${lines(forward)}`;
}

/** A 3x3 convolution and its normalization as two modules. */
export function convolution(name: string): string[] {
  return [
    `self.${name}_conv = nn.Conv2d(channels, channels, kernel_size=(3, 3), padding='same')`,
    `self.${name}_norm = nn.BatchNorm2d(channels, affine=False)`,
  ];
}

export interface CellStyle {
  readonly name: string;
  readonly text: string;
}

export const cellStyles: readonly CellStyle[] = [
  {
    name: 'functional operations, other names, sums in place',
    text: cellClass(convolution('a'), [
      'h = self.a_norm(self.a_conv(F.relu(x0)))',
      'out = h + F.avg_pool2d(h, 3, 1, 1, count_include_pad=False)',
      'out += x0',
      'return out',
    ]),
  },
  {
    name: 'nn.Identity as skip connection, a node of zeros by product',
    text: cellClass(
      ['self.skip = nn.Identity()'],
      ['x1 = x0 * 0', 'x2 = self.skip(x0)', 'x3 = self.skip(x2)', 'return x3 + x1'],
    ),
  },
  {
    name: 'edges in a list, sums by sum(), arguments of another name',
    text: cellClass(
      [
        'self.edges = nn.ModuleList([nn.Sequential(nn.ReLU(), nn.Conv2d(C_in, C_out, 1, stride, bias=False), nn.BatchNorm2d(C_out)) for _ in range(3)])',
      ],
      [
        'nodes = [x0, self.edges[0](x0)]',
        'for edge in self.edges[1:]:',
        '    nodes.append(sum([edge(nodes[-1]), nodes[0]]))',
        'return nodes[-1]',
      ],
      'C_in, C_out, stride, affine=True',
    ),
  },
  {
    name: 'one ReLU read by two convolutions, edges in a dict',
    text: cellClass(
      [
        "self.ops = nn.ModuleDict({'a': nn.Conv2d(channels, channels, 1), 'b': nn.Conv2d(channels, channels, 3, 1, 1)})",
        "self.norms = nn.ModuleDict({'a': nn.BatchNorm2d(channels), 'b': nn.BatchNorm2d(channels)})",
      ],
      [
        'y = torch.relu(x0)',
        "a, b = [self.norms[key](self.ops[key](y)) for key in ('a', 'b')]",
        'return torch.add(a, b)',
      ],
    ),
  },
  {
    name: 'an edge skipped twice',
    text: cellClass(convolution('a'), ['h = self.a_norm(self.a_conv(x0.relu()))', 'g = h', 'return x0 + h + g']),
  },
];
