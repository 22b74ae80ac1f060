import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FailureError } from '../../../../core/failure.ts';
import { initialNetworkSource } from '../../../../core/search/initial-network.ts';
import type { Interpreter } from '../../../../core/search/ports.ts';
import { loadInterpreter } from '../../../../main/interpreter.ts';
import { trialStep } from '../../../../main/llm/evaluation/trial-step.ts';
import { createTrainerPool, type TrainerPool } from '../../../../main/training/pool.ts';

let interpreter: Interpreter;
let pool: TrainerPool;

beforeAll(async () => {
  interpreter = await loadInterpreter();
  pool = await createTrainerPool();
});

afterAll(() => pool.close());

function trial(source: string, signal = new AbortController().signal) {
  const read = interpreter(source);
  if (!read.ok) throw new Error(read.reason.message);
  return trialStep(pool, 1, signal)(read.value);
}

describe('the trial step', () => {
  it('passes a network that can be trained', async () => {
    expect(await trial(initialNetworkSource)).toBeNull();
  });

  it('tells that the loss is not finite', async () => {
    // 1e30 twice is above the largest float32, 3.4e38: the logits are infinite.
    const grown = initialNetworkSource.replace(
      'x = torch.flatten',
      'x = x * 1e30\n        x = x * 1e30\n        x = torch.flatten',
    );
    expect(grown).not.toBe(initialNetworkSource);
    expect(await trial(grown)).toMatchObject({ kind: 'diverged', message: expect.stringContaining('not finite') });
  });

  it('rejects when it is aborted', async () => {
    const reason = new FailureError({ kind: 'interrupted', message: 'Interrupted.' });
    await expect(trial(initialNetworkSource, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
