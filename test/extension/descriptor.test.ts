// "Add a descriptor" of CONTRIBUTING.md, carried out in a copy of the tree: a file and a row, and every door knows it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedTree, plantedTree } from './planted-tree.ts';

// Known only after training.
const lastLoss = `import type { Descriptor } from './descriptor.ts';

export const seconds: Descriptor = {
  label: 'time of training',
  sentence: 'How long its training took.',
  unit: 's',
  figure: 'plain',
  axis: { scale: 'log10', min: -2, max: 5 },
  known: 'after training',
  measure: ({ result }) => result?.seconds ?? null,
  most: () => null,
};
`;

let tree: PlantedTree;
beforeAll(() => {
  tree = plantedTree();
  const table = 'core/search/descriptors/table.ts';
  tree.add('core/search/descriptors/seconds.ts', lastLoss);
  tree.change(table, 'activationBytes, depth, width }', 'activationBytes, depth, seconds, width }');
  tree.change(
    table,
    "import { width } from './width.ts';",
    "import { seconds } from './seconds.ts';\nimport { width } from './width.ts';",
  );
});
afterAll(() => tree.remove());

const axes = 'networkArchive.axes=["flops","seconds","depth"]';

describe('a descriptor that is a file and a row', () => {
  it('is taken by the compiler', () => {
    expect(tree.compiled('core')).toBe('');
  });

  it('is an axis that settings take, with scale and range of its own', () => {
    const { status, output } = tree.llmatic('search', '--set', axes, '--settings');
    expect(status).toBe(0);
    expect(output).toContain('{"descriptor":"seconds","scale":"log10","min":-2,"max":5}');
    expect(tree.llmatic('search', '--set', 'networkArchive.axes=["flops","second"]').output).toMatch(/seconds/);
  });

  it('passes the check that the page asks for', () => {
    const changes = { 'networkArchive.axes': ['flops', 'seconds', 'depth'] };
    expect(tree.call('search.check', { preset: 'demo', changes, name: null })).toMatchObject({ problem: null });
  });

  it('is an axis of the archive that a search fills, in files and over the contract', () => {
    const settings = [
      axes,
      'generations=1',
      'offspring=2',
      'recipe.epochs=1',
      'recipe.trainImages=200',
      'validationImages=100',
    ];
    const options = settings.flatMap((each) => ['--set', each]);
    const { status, output } = tree.llmatic('search', '--preset', 'demo', '--out', 'runs/timed', ...options);
    expect({ status, output }).toMatchObject({ status: 0 });
    expect(tree.llmatic('runs', 'show', 'runs/timed').output).toContain('time of training');
    const { networks } = tree.call('runs.archives', { run: 'timed' });
    expect(networks.axes).toContainEqual(expect.objectContaining({ label: 'time of training', unit: 's' }));
  });
});
