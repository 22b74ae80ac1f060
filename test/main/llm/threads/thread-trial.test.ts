// Threads by a measured trial: what is measured, what is chosen, and that a file is measured once on a machine.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLanguageModel } from '../../../../main/llm/language-model.ts';
import { keptTrials } from '../../../../main/llm/threads/kept-trials.ts';
import { chosenThreads, runTrial } from '../../../../main/llm/threads/thread-trial.ts';
import { tinyModelFile } from '../golden.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-threads-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A machine on which a token takes so many milliseconds on one thread, of which `alone` cannot be divided. */
function machine(total: number, alone: number, waiting = 0): (threads: number) => Promise<number> {
  return async (threads) => (alone + (total - alone) / threads + waiting * (threads - 1)) / 1000;
}

describe('a trial', () => {
  it('doubles the threads up to the cores while more of them help', async () => {
    const trial = await runTrial(6, machine(100, 1));
    expect(trial.speeds.map(({ threads }) => threads)).toEqual([1, 2, 4, 6]);
    expect(chosenThreads(trial, 0)).toBe(6);
    expect(chosenThreads(trial, 1)).toBe(4);
    expect(chosenThreads(trial, 6)).toBe(1);
  });

  it('ends where threads wait for each other, and takes fewer where more hardly help', async () => {
    const waiting = await runTrial(16, machine(20, 1, 4));
    expect(waiting.speeds.map(({ threads }) => threads)).toEqual([1, 2, 4]);
    expect(chosenThreads(waiting, 0)).toBe(2);
    const bound = await runTrial(8, machine(20, 18));
    expect(bound.speeds.map(({ threads }) => threads)).toEqual([1, 2]);
    expect(chosenThreads(bound, 0)).toBe(1);
  });

  it('leaves a model alone whose tokens are not worth dividing', async () => {
    const trial = await runTrial(8, machine(0.7, 0.1));
    expect(trial).toEqual({ cores: 8, speeds: [{ threads: 1, tokensPerSecond: expect.closeTo(1428.57, 1) }] });
  });
});

describe('trials that are kept', () => {
  const trial = { cores: 4, speeds: [{ threads: 1, tokensPerSecond: 30 }] };

  it('are found for the same file on the same machine, and for no other', () => {
    const here = keptTrials(join(folder, 'home'), 'this machine');
    expect(here.find('a')).toBeNull();
    here.keep('a', trial);
    here.keep('b', { ...trial, cores: 2 });
    here.keep('b', { ...trial, cores: 3 });
    expect(here.find('a')).toEqual(trial);
    expect(here.find('b')?.cores).toBe(3);
    expect(keptTrials(join(folder, 'home'), 'another machine').find('a')).toBeNull();
  });

  it('are measured anew where the file with them is damaged or cannot be written', () => {
    const damaged = join(folder, 'damaged');
    const trials = keptTrials(damaged, 'this machine');
    trials.keep('a', trial);
    writeFileSync(join(damaged, 'thread-trials.json'), '[{"hash": "a"');
    expect(trials.find('a')).toBeNull();
    trials.keep('a', trial);
    expect(trials.find('a')).toEqual(trial);
    writeFileSync(join(folder, 'no-folder'), '');
    const nowhere = keptTrials(join(folder, 'no-folder'), 'this machine');
    nowhere.keep('a', trial);
    expect(nowhere.find('a')).toBeNull();
  });
});

describe('a model', () => {
  it('is measured when it is first loaded, and then runs as measured; threads that are given need no trial', async () => {
    const trials = keptTrials(join(folder, 'models'));
    const file = tinyModelFile('tiny-random');
    const first = await createLanguageModel({ file, trials });
    expect(first.trial?.speeds[0]).toMatchObject({ threads: 1, tokensPerSecond: expect.any(Number) });
    expect(first.threads).toBe(chosenThreads(first.trial!, 0));
    expect(trials.find(first.hash)).toEqual(first.trial);
    await first.close();

    // Were it measured again, the speeds would not be those.
    const made = { cores: 2, speeds: [{ threads: 1, tokensPerSecond: 12.5 }] };
    trials.keep(first.hash, made);
    const second = await createLanguageModel({ file, trials });
    expect(second).toMatchObject({ threads: 1, trial: made });
    await second.close();
    const given = await createLanguageModel({ file, trials, threads: 1 });
    expect(given.trial).toBeNull();
    await given.close();
  });
});
