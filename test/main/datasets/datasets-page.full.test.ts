// The lines of docs/datasets.md that save a folder of images as an .npz, run by Python as they stand there.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { importDataset } from '../../../main/datasets/importers/import-dataset.ts';
import { openDataset } from '../../../main/datasets/registry.ts';
import { temporaryFolder } from './temporary-home.ts';

const repository = join(import.meta.dirname, '..', '..', '..');
const python = process.env.LLMATIC_PYTHON ?? join(repository, '.oracle', 'bin', 'python');
const page = readFileSync(join(repository, 'docs', 'datasets.md'), 'utf8');

const pictures = `
import pathlib
from PIL import Image
for part, count in (("train", 3), ("test", 1)):
    for label, kind in enumerate(("cat", "dog")):
        folder = pathlib.Path("pictures", part, kind)
        folder.mkdir(parents=True)
        for n in range(count):
            Image.new("RGB", (40, 20), (100 * label + n, 7, 200)).save(folder / f"{n}.png")
`;

it('makes what is imported', async () => {
  const folder = temporaryFolder();
  const [lines = ''] = /(?<=```python\n).*?(?=```)/s.exec(page) ?? [];
  expect(lines).toContain('numpy.savez');
  for (const script of [pictures, lines]) {
    const { status, stderr } = spawnSync(python, ['-c', script], { cwd: folder, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  }
  await importDataset(join(folder, 'pictures.npz'), { home: folder });
  const { shape, train, test, classes } = await openDataset('pictures', folder);
  expect([shape, train.count, test.count, classes.length]).toEqual([[3, 32, 32], 6, 2, 2]);
  expect([...train.labels]).toEqual([0, 0, 0, 1, 1, 1]);
  const first = (image: number) => [0, 1, 2].map((channel) => train.images[image * 3072 + channel * 1024]);
  expect([first(0), first(2), first(5)]).toEqual([
    [0, 7, 200],
    [2, 7, 200],
    [102, 7, 200],
  ]);
});
