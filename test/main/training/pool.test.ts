import { spawn } from 'node:child_process';
import { once as event } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { readSafetensors } from '../../../core/tensors/safetensors.ts';
import type { TrainingJob, TrainingOutcome } from '../../../core/training/job.ts';
import { recipeSchema } from '../../../core/training/recipe.ts';
import { createTrainerPool, type TrainerPool, type TrainerPoolOptions } from '../../../main/training/pool.ts';
import { linearNetwork, smallNetwork } from './small-networks.ts';

vi.setConfig({ testTimeout: 180_000 });

const open: TrainerPool[] = [];

async function pool(options: TrainerPoolOptions = {}): Promise<TrainerPool> {
  const made = await createTrainerPool(options);
  open.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

const recipe = recipeSchema.parse({
  epochs: 3,
  trainImages: 640,
  batch: 64,
  learningRate: 0.05,
  schedule: 'one-cycle',
  normalisation: 'per-channel',
  flip: true,
  crop: 4,
});

const job: TrainingJob = {
  network: smallNetwork,
  recipe,
  dataset: 'builtin',
  validationImages: 500,
  splitSeed: 3,
  seed: 11,
  initialWeights: null,
};

/** Long enough to be interrupted. */
const longJob: TrainingJob = { ...job, recipe: { ...recipe, epochs: 15 } };

/** All that a job decides: weights and curve, without the seconds it took. */
function decided({ result, weights }: TrainingOutcome) {
  const { seconds: _, ...rest } = result.status === 'fault' ? { ...result, seconds: 0 } : result;
  return { ...rest, weights: weights === null ? null : Buffer.from(weights).toString('base64') };
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<boolean> {
  for (let i = 0; i < 100 && alive(pid); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  return !alive(pid);
}

/** Calls `act` with the training's process id once it is several steps into its work. */
function once(trainer: TrainerPool, act: (pid: number) => void) {
  let done = false;
  return ({ step }: { step: number }) => {
    const pid = trainer.processIds()[0];
    if (done || step < 5 || pid === undefined) return;
    done = true;
    act(pid);
  };
}

describe('a training in a process of its own', () => {
  test('learns, reports each epoch, and returns weights under the names of state_dict', async () => {
    const trainer = await pool();
    const epochs: number[] = [];
    const { result, weights } = await trainer.train(longJob, { onEpoch: ({ epoch }) => epochs.push(epoch) });
    if (result.status !== 'trained' || weights === null) throw new Error(JSON.stringify(result));
    expect(epochs).toEqual([...Array(15).keys()]);
    expect(result.steps).toBe(150);
    expect(result.curve[14]!.loss).toBeLessThan(0.8 * result.curve[0]!.loss);
    // Ten classes: guessing gets a tenth right.
    expect(result.accuracy.train).toBeGreaterThan(0.5);
    expect(result.accuracy.validation).toBeGreaterThan(0.4);
    expect(result.accuracy.test).toBeGreaterThan(0.4);
    const tensors = readSafetensors(weights);
    const names = [...smallNetwork.parameters, ...smallNetwork.buffers].map(({ name }) => name);
    expect([...tensors.keys()].sort()).toEqual(names.sort());
    expect(tensors.get('bn.num_batches_tracked')?.data).toEqual(BigInt64Array.of(150n));
  });

  test('gives the same bits whatever ran before in its process, and in any process', async () => {
    const trainer = await pool();
    const fresh = decided(await trainer.train(job));
    await trainer.train({ ...job, network: linearNetwork, seed: 5 });
    expect(decided(await trainer.train(job))).toEqual(fresh);
    const other = await pool({ workers: 2 });
    const [first, second] = await Promise.all([other.train(job), other.train({ ...job, seed: 12 })]);
    expect(decided(first)).toEqual(fresh);
    expect(decided(second)).not.toEqual(fresh);
  });

  test('finishes with the same bits when its process is killed in the middle', async () => {
    const undisturbed = await pool();
    const expected = decided(await undisturbed.train(longJob));
    const trainer = await pool();
    let killed: number | null = null;
    const onProgress = once(trainer, (pid) => {
      killed = pid;
      process.kill(pid, 'SIGKILL');
    });
    expect(decided(await trainer.train(longJob, { onProgress }))).toEqual(expected);
    expect(killed).not.toBeNull();
    expect(trainer.processIds()).not.toContain(killed);
  });

  test('is a fault, not a verdict, when its processes keep dying', async () => {
    const trainer = await pool();
    const killed = new Set<number>();
    const { result, weights } = await trainer.train(longJob, {
      onProgress: () => {
        for (const pid of trainer.processIds()) {
          killed.add(pid);
          process.kill(pid, 'SIGABRT');
        }
      },
    });
    expect(killed.size).toBe(2);
    expect(weights).toBeNull();
    expect(result).toMatchObject({ status: 'fault', kind: 'crash' });
    expect(result).toHaveProperty('message', expect.stringMatching(/SIGABRT.*2 times/));
    // The pool still works.
    expect((await trainer.train({ ...job, network: linearNetwork })).result.status).toBe('trained');
  });

  test('is a time-out fault when its process says nothing', async () => {
    const trainer = await pool({ silenceSeconds: 1.5 });
    // Loads dataset and libraries first, so that only the stopped process is silent for long.
    await trainer.train({ ...job, network: linearNetwork });
    const stopped: number[] = [];
    const { result } = await trainer.train(longJob, {
      onProgress: () => {
        for (const pid of trainer.processIds()) {
          stopped.push(pid);
          process.kill(pid, 'SIGSTOP');
        }
      },
    });
    expect(result).toMatchObject({ status: 'fault', kind: 'time-out' });
    for (const pid of stopped) expect(await gone(pid)).toBe(true);
  });

  test('stops at once when aborted, running or waiting, and leaves no process', async () => {
    const trainer = await pool();
    const running = new AbortController();
    const waiting = new AbortController();
    const pids: number[] = [];
    const onProgress = once(trainer, (pid) => {
      pids.push(pid);
      waiting.abort(new Error('no longer wanted'));
      running.abort(new Error('stop'));
    });
    const first = trainer.train(longJob, { signal: running.signal, onProgress });
    const second = trainer.train(longJob, { signal: waiting.signal });
    const third = trainer.train({ ...job, network: linearNetwork });
    await expect(second).rejects.toThrow('no longer wanted');
    await expect(first).rejects.toThrow('stop');
    expect((await third).result.status).toBe('trained');
    for (const pid of pids) expect(await gone(pid)).toBe(true);
    const rest = trainer.processIds();
    expect(rest.length).toBe(1);
    await trainer.close();
    for (const pid of rest) expect(await gone(pid)).toBe(true);
    await expect(trainer.train(job)).rejects.toThrow(/closed/);
  });

  test('ends when the process that asked for it is killed', async () => {
    const parent = spawn(process.execPath, [join(import.meta.dirname, 'training-parent.ts')]);
    const [line] = await event(parent.stdout, 'data');
    const pid = Number(String(line));
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    expect(await gone(pid)).toBe(true);
  });

  test('goes on through signals to its group, which are for its parent to answer', async () => {
    const trainer = await pool();
    const all = (pid: number) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal);
    };
    const { result } = await trainer.train(job, { onProgress: once(trainer, all) });
    expect(result.status).toBe('trained');
  });

  test('diverges at the first step whose loss is not finite', async () => {
    const trainer = await pool();
    const wild = { ...recipe, learningRate: 1e38, schedule: 'constant' as const, momentum: 0 };
    const { result } = await trainer.train({ ...job, network: linearNetwork, recipe: wild });
    // The first step's loss comes before the first update; two updates at most carry it beyond float32.
    expect(result).toMatchObject({ status: 'diverged', curve: [] });
    expect(result.status === 'diverged' && result.step).toBeGreaterThanOrEqual(1);
    expect(result.status === 'diverged' && result.step).toBeLessThanOrEqual(3);
  });

  test('is refused beforehand when it would take more memory than allowed', async () => {
    const trainer = await pool({ memoryLimitBytes: 240e6 });
    const { result } = await trainer.train(job);
    expect(result).toMatchObject({ status: 'fault', kind: 'out-of-memory' });
    expect(result).toHaveProperty('message', expect.stringMatching(/needs about \d+ MB.*240 MB allowed/));
  });

  test('cannot be begun with a wrong job, and says why', async () => {
    const trainer = await pool();
    await expect(trainer.train({ ...job, dataset: 'nowhere' })).rejects.toThrow(/nowhere/);
    await expect(trainer.train({ ...job, recipe: { ...recipe, batch: 641 } })).rejects.toThrow(/there are 640/);
    await expect(trainer.train({ ...job, initialWeights: new Uint8Array(3) })).rejects.toThrow(/safetensors/);
    await expect(trainer.train({ ...job, network: { ...smallNetwork, input: [1, 8, 8] } })).rejects.toThrow(
      /takes images of \[1, 8, 8\], dataset builtin has \[3, 32, 32\]/,
    );
  });

  test('begins from given weights where names and shapes agree', async () => {
    const trainer = await pool();
    const first = await trainer.train(job);
    const still = { ...recipe, epochs: 1, trainImages: 64, learningRate: 1e-30, flip: false, crop: 0 };
    const next = await trainer.train({ ...job, recipe: still, seed: 99, initialWeights: first.weights });
    const other = await trainer.train({ ...job, recipe: still, seed: 99 });
    const weight = ({ weights }: TrainingOutcome) => readSafetensors(weights as Uint8Array).get('fc.weight');
    expect(weight(next)).toEqual(weight(first));
    expect(weight(other)).not.toEqual(weight(first));
  });
});
