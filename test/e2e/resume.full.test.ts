// A real search (embedded model, interpreter, ONNX Runtime) that is killed again and again ends as the one that is not.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRunFolder } from '../../main/store/run-folder.ts';
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

/** Starts or continues the search in `folder`. */
function go(folder: string) {
  return startCli(isRunFolder(folder) ? ['search', '--resume', folder, '--json'] : newSearch(folder));
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
    let kills = 0;
    let result: CliOutcome | null = null;
    while (result === null) {
      const child = go(folder);
      const ending = outcomeOf(child);
      // Early kills fall into the loading and the creation of the run, later ones into the work.
      const limit = kills === 0 ? 1 : kills < 6 ? 1 + Math.random() * wholeSeconds * 0.45 : 600;
      const ended = await Promise.race([ending, sleep(limit * 1000).then(() => null)]);
      if (ended === null) {
        const children = descendants(child.pid!).map(({ pid }) => pid);
        child.kill('SIGKILL');
        await ending;
        kills++;
        await noneLeft(children);
        if (isRunFolder(folder) && kills > 1) await runCli(['runs', 'show', folder]);
      } else {
        expect(ended.exitCode, ended.stderr).toBe(0);
        result = ended;
      }
    }
    expect(kills).toBeGreaterThanOrEqual(3);
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
