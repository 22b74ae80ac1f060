/** torchvision's own files as they are published, unmodified: read, never run. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const torchvisionVersion = '0.29.1';

const python = process.env.LLMATIC_PYTHON ?? fileURLToPath(new URL('../../../.oracle/bin/python', import.meta.url));

/** Downloads the package into a folder, without what it depends on. @returns the folder that holds its modules */
export function downloadTorchvision(folder: string): string {
  const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '-d', folder];
  execFileSync(python, [...download, `torchvision==${torchvisionVersion}`], { stdio: 'pipe' });
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip put no wheel into ${folder}.`);
  execFileSync(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder]);
  return join(folder, 'torchvision');
}
