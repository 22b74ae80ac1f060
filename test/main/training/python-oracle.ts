/** Calls the live PyTorch oracle (test/golden/training/oracle.py); fails, never skips, where Python is missing. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..', '..', '..');

export const goldenFolder = join(repository, 'test', 'golden', 'training');

export function callOracle(...words: string[]): void {
  const python = process.env.LLMATIC_PYTHON ?? join(repository, '.oracle', 'bin', 'python');
  if (!existsSync(python)) throw new Error(`No Python with PyTorch at ${python}: set LLMATIC_PYTHON.`);
  execFileSync(python, [join(goldenFolder, 'oracle.py'), ...words], { stdio: ['ignore', 'inherit', 'inherit'] });
}
