/** Runs a script of this repository with the Python that has the full tier's oracles. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const python = process.env.LLMATIC_PYTHON ?? join(root, '.oracle', 'bin', 'python');

/** The script's stdout; its failure is the test's. */
export function runPython(script: string, words: readonly string[]): string {
  const done = spawnSync(python, [join(root, script), ...words], {
    encoding: 'utf8',
    cwd: root,
    maxBuffer: 1 << 28,
    env: { ...process.env, HF_HUB_OFFLINE: '1', PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (done.status !== 0) throw new Error(`${script} failed: ${done.error?.message ?? done.stderr.slice(-4000)}`);
  return done.stdout;
}
