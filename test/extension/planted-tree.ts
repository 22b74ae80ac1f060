/** A copy of the code in which a recipe of CONTRIBUTING.md has been carried out, and what its doors then say. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallName, Params, Result } from '../../core/contract.ts';

const root = join(import.meta.dirname, '..', '..');
const copied = ['core', 'main', 'prompts', 'package.json', 'tsconfig.base.json'];
const linked = ['models', 'node_modules'];

export interface PlantedTree {
  readonly folder: string;
  /** Writes a file anew, by its path in the tree. */
  add(path: string, text: string): void;
  /** Changes one place of a file. Throws where `before` does not stand there exactly once. */
  change(path: string, before: string, after: string): void;
  /** What the compiler says of one of its projects; empty where it takes it. */
  compiled(project: 'core' | 'main'): string;
  /** What the command line of the tree writes to stdout and stderr. */
  llmatic(...words: string[]): { readonly status: number | null; readonly output: string };
  /** The answer of the tree's engine to one call. */
  call<N extends CallName>(name: N, params: Params<N>): Result<N>;
  remove(): void;
}

const asking = `
import { createEngine } from './main/engine.ts';
const [name, params] = process.argv.slice(2);
const engine = createEngine({ runsFolder: 'runs' });
const answer = await engine.call(name, JSON.parse(params));
await engine.close();
process.stdout.write(JSON.stringify(answer));
`;

export function plantedTree(): PlantedTree {
  const folder = mkdtempSync(join(tmpdir(), 'llmatic-planted-'));
  for (const name of copied) cpSync(join(root, name), join(folder, name), { recursive: true });
  for (const name of linked) symlinkSync(join(root, name), join(folder, name), 'junction');
  writeFileSync(join(folder, 'ask.mjs'), asking);
  const env = { ...process.env, LLMATIC_HOME: join(folder, 'home') };
  const node = (...words: string[]) =>
    spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...words], {
      cwd: folder,
      encoding: 'utf8',
      env,
    });
  return {
    folder,
    add: (path, text) => writeFileSync(join(folder, path), text),
    change(path, before, after) {
      const text = readFileSync(join(folder, path), 'utf8');
      if (text.split(before).length !== 2) throw new Error(`${path} does not hold this once: ${before}`);
      writeFileSync(
        join(folder, path),
        text.replace(before, () => after),
      );
    },
    compiled: (project) => node(join(folder, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', project).stdout,
    llmatic(...words) {
      const { status, stdout, stderr } = node(join(folder, 'main', 'doors', 'cli.ts'), ...words);
      return { status, output: `${stdout}${stderr}` };
    },
    call(name, params) {
      const { status, stdout, stderr } = node('ask.mjs', name, JSON.stringify(params));
      if (status !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
