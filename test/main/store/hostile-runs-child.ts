/** Calls every command over each hostile run, beside a sound one, and tells in a JSON line what came of it. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { callCommand } from '../../../main/doors/command-line.ts';
import { verifyRun } from '../../../main/run/verify.ts';
import { openRun } from '../../../main/store/run-folder.ts';
import { hostileRun, hostileRuns } from './hostile-runs.ts';

const [, , sound = '', base = ''] = process.argv;

async function called(words: readonly string[]): Promise<{ exitCode: number; text: string }> {
  let text = '';
  const add = (line: string): void => {
    text += `${line}\n`;
  };
  const stopping = { controller: new AbortController(), describe: () => undefined };
  const exitCode = await callCommand([...words, '--json'], { print: add, say: add }, stopping);
  return { exitCode, text };
}

/** As the command does in a process of its own. */
async function verified(folder: string): Promise<{ exitCode: number; text: string }> {
  try {
    const run = openRun(folder, { readOnly: true });
    try {
      const { ok, problems } = verifyRun(run);
      return { exitCode: ok ? 0 : 1, text: problems.join('\n') };
    } finally {
      await run.close();
    }
  } catch (error) {
    return { exitCode: 2, text: error instanceof Error ? error.message : String(error) };
  }
}

for (const kind of Object.keys(hostileRuns)) {
  const runs = join(base, 'runs');
  rmSync(base, { recursive: true, force: true });
  mkdirSync(runs, { recursive: true });
  cpSync(sound, join(runs, 'other'), { recursive: true });
  const run = join(runs, 'run');
  hostileRun(sound, run, kind);
  const tell = (command: string, told: object): void => console.log(JSON.stringify({ kind, command, ...told }));
  tell('list', await called(['runs', 'list', runs]));
  tell('show', await called(['runs', 'show', run]));
  tell('verify', await verified(run));
  tell('export', await called(['export', run, 'elites', '--out', join(base, 'out')]));
  tell('resume', await called(['search', '--resume', run]));
}
process.exit(0);
