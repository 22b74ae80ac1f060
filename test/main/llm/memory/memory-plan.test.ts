import { describe, expect, it } from 'vitest';
import { FailureError } from '../../../../core/failure.ts';
import { createLanguageModel, planLanguageModel } from '../../../../main/llm/language-model.ts';
import {
  type Bytes,
  type Estimator,
  type MemoryPlan,
  type MemoryWish,
  planMemory,
} from '../../../../main/llm/memory/memory-plan.ts';
import { tinyModelFile } from '../golden.ts';

const mebibyte = 2 ** 20;

/** Ten layers of 100 MiB; a token of context takes 0.1 MiB, one of the batch 1 MiB; half of both goes with the layers. */
const estimator: Estimator = {
  layers: 10,
  weights: async (gpuLayers) => ({ ram: (10 - gpuLayers) * 100 * mebibyte, vram: gpuLayers * 100 * mebibyte }),
  context: async ({ contextLength, sequences, batch, gpuLayers }) => {
    const all = (0.1 * contextLength * sequences + batch) * mebibyte;
    return { ram: (all * (10 - gpuLayers)) / 10, vram: (all * gpuLayers) / 10 };
  },
};

const wish: MemoryWish = {
  name: 'wide.gguf',
  contextLength: null,
  longest: 4096,
  sequences: 8,
  batch: null,
  gpuLayers: 0,
};

function plan(
  room: { readonly ram: number; readonly vram?: number },
  changes: Partial<MemoryWish> = {},
): Promise<MemoryPlan> {
  const bytes: Bytes = { ram: room.ram * mebibyte, vram: (room.vram ?? 0) * mebibyte };
  return planMemory(estimator, bytes, { ...wish, ...changes });
}

async function refusal(work: Promise<unknown>): Promise<FailureError['failure']> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FailureError)) throw new Error(`No failure: ${String(error)}`);
  return error.failure;
}

describe('what fits', () => {
  // By hand: 128 MiB of process, 1,000 of weights, 0.1 a token of context and sequence, 1 a token of the batch.
  it.each([
    [5000, 4096, 8, 512], // 1128 + 3276.8 + 512 = 4916.8
    [4900, 4096, 8, 128], // ... + 128 = 4532.8
    [4500, 4096, 4, 512], // 1128 + 1638.4 + 512 = 3278.4
    [1700, 4096, 1, 128], // 1128 + 409.6 + 128 = 1665.6; with batch 512 2049.6, with two sequences 2075.2
    [1600, 2048, 1, 128], // 1128 + 204.8 + 128 = 1460.8
    [1400, 1024, 1, 128], // 1128 + 102.4 + 128 = 1358.4
  ])('in %d MiB is a context of %d, %d sequences, a batch of %d', async (ram, contextLength, sequences, batch) => {
    expect(await plan({ ram })).toMatchObject({ contextLength, sequences, batch, gpuLayers: 0 });
  });

  it('on a GPU is as many layers as its memory takes, all of them where it can', async () => {
    // A layer: 100 and a tenth of 409.6 + 512.
    const one = { sequences: 1, gpuLayers: null };
    expect(await plan({ ram: 9000, vram: 2000 }, one)).toMatchObject({ gpuLayers: 10 });
    expect(await plan({ ram: 9000, vram: 1000 }, one)).toMatchObject({ gpuLayers: 5 });
    expect(await plan({ ram: 9000, vram: 100 }, one)).toMatchObject({ gpuLayers: 0 });
    expect(await plan({ ram: 9000 }, one)).toMatchObject({ gpuLayers: 0 });
  });

  it('keeps what is asked for, and refuses it with need, room and remedy where it does not fit', async () => {
    expect(await plan({ ram: 5000 }, { contextLength: 600, batch: 64 })).toMatchObject({
      contextLength: 600,
      batch: 64,
    });
    const failure = await refusal(plan({ ram: 1500 }, { contextLength: 4096, sequences: 1 }));
    expect(failure.kind).toBe('memory');
    expect(failure.message).toMatch(
      /^wide\.gguf needs 1\.6 GiB .*1000 MiB weights.*538 MiB.*4096 tokens.*1\.5 GiB is free/,
    );
    expect(failure.message).toContain('shorter context');
    expect((await refusal(plan({ ram: 1300 }))).kind).toBe('memory');
  });
});

describe('a model in too little memory', () => {
  const file = tinyModelFile('tiny-random');

  it('is refused before it is loaded', async () => {
    const room = { ram: 100 * mebibyte, vram: 0 };
    for (const work of [createLanguageModel, planLanguageModel]) {
      const failure = await refusal(work({ file, room }));
      expect(failure).toMatchObject({ kind: 'memory', message: expect.stringContaining('tiny-random.gguf needs') });
    }
  });

  it('runs as planned where there is enough, and says how', async () => {
    const planned = await planLanguageModel({ file });
    const model = await createLanguageModel({ file, fixed: { batch: 64, gpuLayers: 0 } });
    const { room: _, ...other } = planned;
    expect(model.plan).toMatchObject({ contextLength: 512, sequences: 1, batch: 64, weights: other.weights });
    expect(model.plan.context.ram).toBeLessThanOrEqual(planned.context.ram);
    await model.close();
  });

  it('is not loaded on when loading is given up', async () => {
    const reason = new Error('Enough.');
    await expect(createLanguageModel({ file, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const loading = createLanguageModel({ file, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(loading).rejects.toBe(reason);
  });
});
