// A real search (embedded model, interpreter, ONNX Runtime) that is killed again and again ends as the one that is not.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRunFolder, openRun } from '../../main/store/run-folder.ts';
import { type CliOutcome, outcomeOf, runCli, startCli } from '../main/doors/run-cli.ts';
import { descendants, isAlive } from './processes.ts';
import { type RunContent, runContent } from './run-content.ts';

const settings = [
  ['generations', '3'],
  ['offspring', '6'],
  ['initialisation.networks', '4'],
  ['recipe.trainImages', '512'],
  ['recipe.epochs', '1'],
  ['validationImages', '200'],
].flatMap(([path, value]) => ['--set', `${path}=${value}`]);

const newSearch = (folder: string): string[] => [
  'search',
  '--preset',
  'demo',
  '--seed',
  '5',
  '--workers',
  '2',
  ...settings,
  '--json',
  '--out',
  folder,
];

let home: string;
let expected: RunContent;
let wholeSeconds: number;

function lastLine({ stdout }: CliOutcome): Record<string, unknown> {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
}

async function verified(folder: string): Promise<void> {
  const outcome = await runCli(['runs', 'verify', folder, '--json']);
  expect(lastLine(outcome)).toMatchObject({ ok: true, problems: [] });
  expect(outcome.exitCode).toBe(0);
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-resume-'));
  const started = performance.now();
  const outcome = await runCli(newSearch(join(home, 'whole')));
  wholeSeconds = (performance.now() - started) / 1000;
  expect(outcome.stderr).toBe('');
  expect(lastLine(outcome)).toMatchObject({ type: 'result' });
  expected = runContent(join(home, 'whole'));
  await verified(join(home, 'whole'));
}, 600_000);

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

/** Whether the run can be resumed: a process killed while it creates one leaves an empty file. */
function hasBegun(folder: string): boolean {
  if (!isRunFolder(folder)) return false;
  try {
    openRun(folder, { readOnly: true }).close();
    return true;
  } catch {
    return false;
  }
}

/** Starts or continues the search in `folder`. */
function go(folder: string) {
  return startCli(hasBegun(folder) ? ['search', '--resume', folder, '--json'] : newSearch(folder));
}

/** Resolves once the search has recorded so many steps: each shows as one event. */
function steps(child: ReturnType<typeof startCli>, count: number): Promise<void> {
  let left = count;
  let rest = '';
  return new Promise((resolve) => {
    child.stdout.on('data', (chunk) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      left -= lines.filter((line) => /^\{"type":"(proposed|generated|interpreted|trained|inserted)"/.test(line)).length;
      if (left <= 0) resolve();
    });
  });
}

/** The children must end by themselves once their parent is gone. */
async function noneLeft(pids: readonly number[]): Promise<void> {
  for (let waited = 0; waited < 150; waited++) {
    if (!pids.some(isAlive)) return;
    await sleep(100);
  }
  expect(pids.filter(isAlive)).toEqual([]);
}

describe('a search that is killed', () => {
  it('has found something worth comparing', () => {
    expect(expected.candidates).toHaveLength(1 + 3 * 6);
    expect(expected.network.length).toBeGreaterThan(2);
    expect(expected.prompt.length).toBeGreaterThan(2);
    expect(expected.network.every(([, , , weights]) => expected.weights.includes(weights!))).toBe(true);
  });

  it('by SIGKILL at random points, ends with the same archives, fitness bits and weights', async () => {
    const folder = join(home, 'killed');
    // The first falls into the loading, the others into the work: a search records at least 72 steps, these use 60.
    for (let kill = 0; kill < 6; kill++) {
      const child = go(folder);
      const ending = outcomeOf(child);
      const due = kill === 0 ? sleep(1000) : steps(child, 1 + Math.floor(Math.random() * 12));
      await Promise.race([due, ending]);
      await sleep(Math.random() * 200);
      const children = descendants(child.pid!).map(({ pid }) => pid);
      child.kill('SIGKILL');
      const { signal, stderr } = await ending;
      expect(signal, stderr).toBe('SIGKILL');
      await noneLeft(children);
      if (hasBegun(folder)) await verified(folder);
    }
    const result = await outcomeOf(go(folder));
    expect(result.exitCode, result.stderr).toBe(0);
    expect(lastLine(result)).toMatchObject({ type: 'result', run: folder });
    expect(runContent(folder)).toEqual(expected);
    await verified(folder);
  }, 1_200_000);

  it('by its children, one after the other, goes on by itself and ends the same', async () => {
    const folder = join(home, 'children');
    const child = startCli(newSearch(folder));
    const ending = outcomeOf(child);
    const killed = new Set<string>();
    let over = false;
    const finished = ending.then((outcome) => {
      over = true;
      return outcome;
    });
    while (!over) {
      await sleep(400);
      const kinds = descendants(child.pid!).map((entry) => ({
        ...entry,
        kind: entry.command.includes('/main/llm/')
          ? 'model'
          : entry.command.includes('/main/training/')
            ? 'trainer'
            : 'other',
      }));
      // Each kind once, and only once the run exists: what is loading before has no work to lose.
      const victim = kinds.find(({ kind }) => kind !== 'other' && !killed.has(kind));
      if (victim === undefined || !isRunFolder(folder)) continue;
      await sleep(Math.random() * 1500);
      if (isAlive(victim.pid)) {
        process.kill(victim.pid, 'SIGKILL');
        killed.add(victim.kind);
      }
    }
    const outcome = await finished;
    expect(outcome.exitCode, outcome.stderr).toBe(0);
    expect([...killed].sort()).toEqual(['model', 'trainer']);
    expect(runContent(folder)).toEqual(expected);
    await verified(folder);
  }, 600_000);

  it('by Ctrl-C, saves its state, exits with 130, and says how to go on', async () => {
    const folder = join(home, 'interrupted');
    const child = startCli(newSearch(folder));
    const ending = outcomeOf(child);
    while (!isRunFolder(folder)) await sleep(100);
    await sleep(500 + Math.random() * wholeSeconds * 400);
    const children = descendants(child.pid!).map(({ pid }) => pid);
    child.kill('SIGINT');
    const outcome = await ending;
    expect(outcome.exitCode).toBe(130);
    const last = lastLine(outcome);
    expect(last).toMatchObject({ type: 'interrupted', run: folder });
    expect(last.resume).toContain(`search --resume ${folder}`);
    await noneLeft(children);
    await verified(folder);
    const resumed = await runCli(['search', '--resume', folder, '--workers', '1', '--json']);
    expect(resumed.exitCode, resumed.stderr).toBe(0);
    expect(runContent(folder)).toEqual(expected);
  }, 600_000);

  it('is resumed by one process at a time, and with the same dataset and options only', async () => {
    const folder = join(home, 'whole');
    const other = await runCli(['search', '--resume', folder, '--seed', '6', '--json']);
    expect(other.exitCode).toBe(2);
    expect(lastLine(other)).toMatchObject({ error: { kind: 'usage', message: expect.stringContaining('--seed') } });
    const nowhere = await runCli(['search', '--resume', join(home, 'nowhere'), '--json']);
    expect(nowhere.exitCode).toBe(2);
    const occupied = await runCli(newSearch(folder));
    expect(lastLine(occupied)).toMatchObject({ error: { message: expect.stringContaining('--resume') } });
    expect(occupied.exitCode).toBe(2);
    expect(runContent(folder)).toEqual(expected);
  }, 120_000);
});
