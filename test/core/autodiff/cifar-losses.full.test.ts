/** The first 100 losses on real CIFAR-10 against live PyTorch, from the same weights and batches. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { buildTrainingGraph } from '../../../core/autodiff/training-graph.ts';
import type { Network } from '../../../core/network/ir.ts';
import { initialState } from './golden-cases.ts';
import { openSession, runGraph } from './session.ts';

const RECORD = 3073;
const python = process.env.LLMATIC_PYTHON ?? '.oracle/bin/python';
const script = fileURLToPath(new URL('../../golden/autodiff/cifar_losses.py', import.meta.url));
const archive = fileURLToPath(new URL('../../../../shared/data/cifar10-subset-binary.tar.gz', import.meta.url));

interface Run {
  readonly name: string;
  readonly network: Network;
  readonly batch: number;
  readonly losses: readonly number[];
}

async function train({ network, batch, losses }: Run, records: Uint8Array): Promise<number[]> {
  const graph = buildTrainingGraph(network, { batch, momentum: 0.9, weightDecay: 0, labelSmoothing: 0 });
  const session = await openSession(graph.bytes);
  const state = new Map<string, Float32Array | BigInt64Array>();
  for (const [name, values] of initialState({ name: '', network, step: 0, spread: 1 })) {
    state.set(`parameter:${name}`, values);
    state.set(`statistic:${name}`, values);
    state.set(`momentum:${name}`, new Float32Array(values.length));
  }
  const count = records.length / RECORD;
  const found: number[] = [];
  for (let step = 0; step < losses.length; step++) {
    const rows = Array.from({ length: batch }, (_, i) => ((step * batch + i) % count) * RECORD);
    const images = new Float32Array(batch * (RECORD - 1));
    for (const [i, row] of rows.entries()) {
      for (let j = 1; j < RECORD; j++) {
        images[i * (RECORD - 1) + j - 1] = (Math.fround(records[row + j]! / 255) - 0.5) / 0.5;
      }
    }
    const results = await runGraph(session, graph, (input) => {
      if (input.role === 'images') return images;
      if (input.role === 'labels') return Int32Array.from(rows, (row) => records[row]!);
      return 'state' in input ? state.get(`${input.role}:${input.state}`)! : Float32Array.of(0.001);
    });
    for (const output of graph.outputs) {
      if ('state' in output) state.set(`${output.role}:${output.state}`, results.get(output.name) as Float32Array);
    }
    found.push(results.get('loss')![0] as number);
  }
  await session.release();
  return found;
}

test('100 losses on CIFAR-10 differ from those of PyTorch by at most 1e-3 relative', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'llmatic-'));
  try {
    const file = join(folder, 'records.bin');
    const output = execFileSync(python, [script, archive, file], { encoding: 'utf8', maxBuffer: 2 ** 26 });
    const records = readFileSync(file);
    for (const run of JSON.parse(output) as Run[]) {
      const found = await train(run, records);
      const worst = Math.max(...found.map((loss, i) => Math.abs(loss - run.losses[i]!) / run.losses[i]!));
      console.log(`${run.name}, batch ${run.batch}: largest relative difference ${worst.toExponential(1)}`);
      expect(new Set(run.losses).size, 'the losses move').toBeGreaterThan(90);
      expect(found.length).toBe(100);
      expect(worst, `${run.name}, batch ${run.batch}`).toBeLessThanOrEqual(1e-3);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 600_000);
