/**
 * Whether a run is as LLMatic left it here, for this person: its head bears the seal of this person's key (seal.ts). One
 * from elsewhere is looked at and nothing more, until the person says that they trust whoever made it: a resumed search
 * loads the model that the run names, writes into its folder and sends prompts where the run says.
 */
import { realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fail } from '../../core/failure.ts';
import { homeFolder } from '../home.ts';
import { sealOf } from './chain/keep-chain.ts';
import { chainOf } from './reading/chain-of.ts';
import { databaseName, openRun, type RunStore } from './run-folder.ts';
import { ensuredKey, keyTime, readKey } from './seal.ts';

/** Where the command line keeps its runs. */
export function usualRunsFolder(): string {
  return resolve('runs');
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * Whether a run of before there were seals is this person's: it lies in their runs folder, and was there, untouched,
 * before this machine had a key. The time is the system's own of the file's last change, which a copy cannot bring along.
 */
function isFromBefore(folder: string, runsFolder: string): boolean {
  if (dirname(realPath(folder)) !== realPath(runsFolder)) return false;
  const key = keyTime();
  return key === null || statSync(join(folder, databaseName)).ctimeMs <= key;
}

/** By the head alone, for a list of many runs: a search that is to go on looks closer ({@link refuseForeign}). */
export function isTrusted(run: RunStore, runsFolder: string): boolean {
  const head = run.head();
  if (head === null) return isFromBefore(run.folder, runsFolder);
  const key = readKey();
  return key !== null && head.seal === sealOf(key, head.digest);
}

/**
 * Refuses a run from elsewhere, and one that was changed since it was left here.
 * @throws FailureError (`untrusted`, `run`) naming the remedy
 */
export function refuseForeign(run: RunStore, runsFolder: string): void {
  // Where the data folder cannot be written nothing is sealed: whose a run is cannot be told.
  if (ensuredKey() === null) return;
  if (!isTrusted(run, runsFolder)) {
    fail(
      'untrusted',
      `The run ${run.folder} comes from elsewhere: it is open for reading only. Look at it with \`runs show\` and \`runs verify\`; if you trust whoever made it, say so (\`llmatic runs trust\`, or Trust in the window), then resume it.`,
    );
  }
  refuseChanged(run);
}

function refuseChanged(run: RunStore): void {
  const content = run.content();
  const chain = chainOf(content);
  const [problem] = [...content.problems, ...(chain?.problems ?? [])];
  if (problem === undefined) return;
  fail(
    'run',
    `The run ${run.folder} is damaged or was changed: ${problem} \`runs verify\` names all. Restore it from a copy.`,
  );
}

/**
 * Takes a run for this person's own from now on. @throws FailureError (`run`, `run-locked`) for a damaged or changed run,
 * one that is being written; (`file`) where the data folder cannot be written
 */
export async function trustRun(folder: string): Promise<void> {
  const found = openRun(folder, { readOnly: true });
  try {
    refuseChanged(found);
  } finally {
    await found.close();
  }
  if (ensuredKey() === null) {
    fail(
      'file',
      `Whom you trust is kept in ${homeFolder()}, which cannot be written. Set LLMATIC_HOME to a folder that can.`,
    );
  }
  const run = openRun(folder);
  try {
    await run.seal();
  } finally {
    await run.close();
  }
}
