// "Add an operator" of CONTRIBUTING.md, carried out in a copy of the tree: an elementwise one is a row and its rule.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedTree, plantedTree } from './planted-tree.ts';

const program = `import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3 * 32 * 32, 10)

    def forward(self, x):
        return self.fc(torch.flatten(x, 1)).atan()
`;

const rows = 'core/network/elementwise.ts';
const rules = 'core/autodiff/rules/elementwise-functions.ts';

let tree: PlantedTree;
beforeAll(() => {
  tree = plantedTree();
  writeFileSync(join(tree.folder, 'net.py'), program);
});
afterAll(() => tree.remove());

describe('an elementwise operator that is a row and its rule', () => {
  it('is refused by name before it is there', () => {
    expect(tree.llmatic('network', 'inspect', 'net.py').output).toContain('atan is not supported yet');
  });

  it('does not compile without its rule, which the compiler names', () => {
    tree.change(
      rows,
      "  erf: ofTorch('torch.erf', 'inputs'),",
      "  erf: ofTorch('torch.erf', 'inputs'),\n  atan: ofTorch('torch.atan', 'inputs'),",
    );
    expect(tree.compiled('core')).toMatch(/elementwise-functions\.ts.*'atan' is missing/);
  });

  it('is read, written, computed and differentiated once the rule is there', () => {
    // d atan(x) = 1 / (1 + x^2)
    const rule = `  atan: elementwise(
    (emit, x) => emit.unary('Atan', x),
    (emit, { x, dy }) => emit.divide(dy, emit.add(emit.multiply(x, x), emit.scalar(1))),
  ),
};
`;
    tree.change(rules, '\n};\n', `\n${rule}`);
    expect(tree.compiled('core')).toBe('');
    expect(tree.llmatic('network', 'inspect', 'net.py')).toMatchObject({ status: 0 });
    expect(tree.llmatic('network', 'source', 'net.py').output).toContain('torch.atan(');
    const trained = [
      'network',
      'train',
      'net.py',
      '--dataset',
      'builtin',
      '--epochs',
      '1',
      '--train-images',
      '200',
      '--json',
    ];
    expect(tree.llmatic(...trained)).toMatchObject({ status: 0 });
  });
});
