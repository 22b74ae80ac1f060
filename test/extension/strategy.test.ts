// "Add a strategy" of CONTRIBUTING.md, carried out in a copy of the tree: a file and a row, and every door knows it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedTree, plantedTree } from './planted-tree.ts';

// It writes networks itself, has a setting of its own, and keeps what it learns: how many of its networks were trained.
const widening = `import * as z from 'zod';
import type { Strategy } from '../strategy.ts';
import { nothingTold } from '../strategy.ts';

const settings = z.strictObject({
  step: z.int().min(1).max(64).default(8).describe('By how many channels a network is wider than the one before.'),
});

const network = (channels: number) => \`import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, \${channels}, 3, stride=4)
        self.fc = nn.Linear(\${channels} * 64, 10)

    def forward(self, x):
        return self.fc(torch.flatten(torch.relu(self.conv(x)), 1))
\`;

export const widening: Strategy<number, typeof settings> = {
  sentence: 'One convolution, wider with every network.',
  settings,
  usesModel: false,
  begin: () => 0,
  isInitialising: () => false,
  ask(trained, { settings: { offspring }, own }) {
    const { step } = settings.parse(own);
    return Array.from({ length: offspring }, (_, index) => ({
      kind: 'network',
      operator: 'draw',
      parents: ['initial'],
      source: network(step * (trained + index + 1)),
    }));
  },
  tellInitial: (trained) => trained,
  tell: (trained, _, ended) => ({ own: trained + ended.length, told: ended.map(() => nothingTold) }),
  promptArchive: () => null,
};
`;

let tree: PlantedTree;
beforeAll(() => {
  tree = plantedTree();
  const table = 'core/search/strategies/table.ts';
  tree.add('core/search/strategies/widening.ts', widening);
  tree.change(
    table,
    "'random-nn': strategyRow(randomNetworks),",
    "'random-nn': strategyRow(randomNetworks),\n  widening: strategyRow(widening),",
  );
  tree.change(
    table,
    "from './random-network.ts';",
    "from './random-network.ts';\nimport { widening } from './widening.ts';",
  );
});
afterAll(() => tree.remove());

describe('a strategy that is a file and a row', () => {
  it('is taken by the compiler', () => {
    expect(tree.compiled('core')).toBe('');
  });

  it('stands in the usage, and in the settings with one of its own', () => {
    expect(tree.llmatic('search', '--help').output).toMatch(
      /--strategy NAME[\s\S]*^ +widening +One convolution, wider with every network\.$/m,
    );
    const { output } = tree.llmatic(
      'search',
      '--strategy',
      'widening',
      '--set',
      'strategies.widening.step=4',
      '--settings',
    );
    expect(output).toMatch(/strategies\.widening\.step=4\n +By how many channels/);
    expect(tree.llmatic('search', '--set', 'strategies.widening.step=65', '--settings').output).toMatch(
      /widening\.step.*64/,
    );
  });

  it('is a choice of the form that the page shows, with its sentence and its setting', () => {
    const { strategies, fields } = tree.call('search.form', {});
    expect(strategies).toContainEqual({ name: 'widening', sentence: 'One convolution, wider with every network.' });
    expect(fields).toContainEqual(
      expect.objectContaining({ path: 'strategies.widening.step', minimum: 1, maximum: 64 }),
    );
  });

  it('finishes a search, which the contract shows as its own', () => {
    const settings = [
      'generations=2',
      'offspring=2',
      'recipe.epochs=1',
      'recipe.trainImages=200',
      'validationImages=100',
    ];
    const options = settings.flatMap((each) => ['--set', each]);
    const out = ['--preset', 'demo', '--strategy', 'widening', '--out', 'runs/wide', ...options];
    const { status, output } = tree.llmatic('search', ...out);
    expect({ status, output }).toMatchObject({ status: 0 });
    expect(tree.llmatic('runs', 'verify', 'runs/wide')).toMatchObject({ status: 0 });
    const run = tree.call('runs.get', { run: 'wide' });
    expect(run.settings).toMatchObject({ strategy: 'widening' });
  });
});
