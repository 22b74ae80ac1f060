// "Add a dataset" of CONTRIBUTING.md, carried out in a copy of the tree: a file and a row, and every door knows it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedTree, plantedTree } from './planted-tree.ts';

// Two squares of 2 x 2 pixels, each followed by its label: one to train on, one to test on.
const squares = `/** Imports squares: four pixels and a label each. */
import { fail } from '../../../core/failure.ts';
import type { DatasetImporter, ImporterOption } from './importer.ts';

const turned: ImporterOption = {
  name: 'turned',
  sentence: 'Whether squares are read from their end.',
  values: ['no', 'yes'],
};

export const squares: DatasetImporter = {
  format: 'four-squares',
  title: 'Four squares',
  reads: 'One file of squares, each four numbers and a label.',
  example: 'all.squares',
  options: [turned],
  nameFor: () => 'squares',
  limitOf: (name) => (name.endsWith('.squares') ? 1000 : null),
  recognises: (names, kind) => kind === 'file' && names.some((name) => name.endsWith('.squares')),
  read([file], path, chosen) {
    if (file === undefined || file.content.length !== 10) return fail('dataset', path + ' has not two squares.');
    const { name, content } = file;
    const split = (start: number) => {
      const images = content.slice(start, start + 4);
      if (chosen(turned) === 'yes') images.reverse();
      return { images, labels: content.slice(start + 4, start + 5), count: 1 };
    };
    const files = [{ file: name, images: 2 }];
    return { classes: ['a', 'b'], shape: [1, 2, 2], train: split(0), test: split(5), files, notes: [] };
  },
};
`;
const row = {
  format: 'four-squares',
  title: 'Four squares',
  reads: 'One file of squares, each four numbers and a label.',
  example: 'all.squares',
  options: [{ name: 'turned', sentence: 'Whether squares are read from their end.', values: ['no', 'yes'] }],
};

let tree: PlantedTree;
let file: string;
beforeAll(() => {
  tree = plantedTree();
  tree.add('main/datasets/importers/squares.ts', squares);
  const table = 'main/datasets/importers/table.ts';
  tree.change(table, '= [cifar10,', '= [squares, cifar10,');
  tree.change(
    table,
    "import { npz } from './npz.ts';",
    "import { npz } from './npz.ts';\nimport { squares } from './squares.ts';",
  );
  // The page names files in the data folder without being let into more.
  file = join(tree.folder, 'home', 'all.squares');
  mkdirSync(join(tree.folder, 'home'));
  writeFileSync(file, Uint8Array.of(1, 2, 3, 4, 0, 5, 6, 7, 8, 1));
});
afterAll(() => tree.remove());

describe('a dataset importer that is a file and a row', () => {
  it('compiles', () => {
    expect(tree.compiled('main')).toBe('');
  });

  it('stands in the usage with its sentence and options', () => {
    const { output } = tree.llmatic('dataset', 'import', '--help');
    expect(output).toContain(`  ${row.title} (${row.example})\n    ${row.reads}\n    --turned no | yes\n`);
  });

  it('imports from the command line, by its own option', () => {
    const { status, output } = tree.llmatic('dataset', 'import', file, '--turned', 'yes');
    expect([status, output]).toEqual([
      0,
      expect.stringContaining('1 training and 1 test images of 1x2x2; four-squares'),
    ]);
    const bytes = readFileSync(join(tree.folder, 'home', 'datasets', 'squares', 'data.bin'));
    expect([...bytes]).toEqual([4, 3, 2, 1, 0, 8, 7, 6, 5, 1]);
  });

  it('is in the list that the page shows, and imports as the page asks for it', () => {
    expect(tree.call('datasets.importers', {}).importers).toContainEqual(row);
    expect(tree.call('datasets.import', { path: file, name: 'ours', choices: { turned: 'no' } })).toMatchObject({
      dataset: { name: 'ours', source: 'four-squares', shape: [1, 2, 2] },
      already: false,
    });
  });

  it('is named where nothing is recognised', () => {
    writeFileSync(join(tree.folder, 'words.txt'), 'words');
    const { output } = tree.llmatic('dataset', 'import', join(tree.folder, 'words.txt'));
    expect(output).toContain('Four squares (all.squares)');
  });
});
