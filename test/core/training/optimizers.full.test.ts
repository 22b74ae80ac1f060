/** Every optimizer under every schedule with every option against live PyTorch, 50 steps each. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Recipe } from '../../../core/training/recipe.ts';
import { decode, relativeError } from '../autodiff/golden-cases.ts';
import { deviations, type OptimizerCase, type OptimizerGoldens, trainCase } from './optimizer-cases.ts';

const python = process.env.LLMATIC_PYTHON ?? '.oracle/bin/python';
const script = fileURLToPath(new URL('../../golden/training/optimizers.py', import.meta.url));

type Changes = Partial<Recipe>;

const optimizers: Readonly<Record<string, Changes>> = {
  sgd: { learningRate: 0.03 },
  'sgd without momentum': { learningRate: 0.1, momentum: 0 },
  'sgd with dampening': { learningRate: 0.05, dampening: 0.2 },
  "sgd with Nesterov's momentum": { learningRate: 0.03, nesterov: true },
  adam: { optimizer: 'adam', learningRate: 0.01 },
  adamw: { optimizer: 'adamw', learningRate: 0.01, beta1: 0.85, beta2: 0.99 },
  'muon beside adamw': { optimizer: 'muon', learningRate: 0.02, momentum: 0.95, othersRate: 0.3 },
  'muon on filters beside sgd': { optimizer: 'muon', learningRate: 0.05, muonTakes: 'filters', muonOthers: 'sgd' },
};

const schedules: Readonly<Record<string, Changes>> = {
  constant: {},
  step: { schedule: 'step', decayEvery: 4, decayFactor: 0.4 },
  'cosine after warm-up': { schedule: 'cosine', warmup: 0.2, warmupStart: 0.1, cosineEnd: 0.05 },
  'one-cycle': { schedule: 'one-cycle' },
  'one-cycle of three phases': { schedule: 'one-cycle', oneCycleThreePhase: true, oneCycleAnneal: 'linear' },
};

const extras: Readonly<Record<string, Changes>> = {
  nothing: {},
  'weight decay': { weightDecay: 0.05 },
  'weight decay of matrices': { weightDecay: 0.05, decayed: 'matrices' },
  'clipping by norm': { clipNorm: 0.4 },
  'clipping by value': { clipValue: 0.03 },
  'averages and smoothed labels': { averaging: 0.9, labelSmoothing: 0.1 },
};

function callPyTorch(cases: readonly OptimizerCase[]): OptimizerGoldens {
  const folder = mkdtempSync(join(tmpdir(), 'llmatic-optimizers-'));
  try {
    const [source, target] = ['cases.json', 'results.json'].map((name) => join(folder, name));
    writeFileSync(source!, JSON.stringify(cases));
    execFileSync(python, [script, source!, target!], { stdio: ['ignore', 'ignore', 'inherit'] });
    return JSON.parse(readFileSync(target!, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function combinations(): OptimizerCase[] {
  return Object.entries(optimizers).flatMap(([optimizer, rule]) =>
    Object.entries(schedules).flatMap(([schedule, rates]) =>
      Object.entries(extras).map(([extra, changes]) => ({
        name: `${optimizer}, ${schedule}, ${extra}`,
        steps: 50,
        recipe: { epochs: 10, ...rule, ...rates, ...changes },
      })),
    ),
  );
}

test("every optimizer, schedule and option ends with PyTorch's weights", { timeout: 900_000 }, async () => {
  const cases = combinations();
  expect(cases.length).toBe(240);
  const goldens = callPyTorch(cases);
  const wrong: string[] = [];
  for (const example of goldens.cases) {
    const found = deviations(await trainCase(goldens, example), example);
    if (found.length > 0) wrong.push(`${example.name}: ${found.join(', ')}`);
  }
  expect(wrong).toEqual([]);
});

test('muon is torch.optim.Muon up to its rounding to bfloat16', { timeout: 300_000 }, async () => {
  const recipe = { epochs: 10, ...optimizers['muon beside adamw'] };
  const example = { name: 'muon', steps: 30, recipe, bfloat16: true };
  const goldens = callPyTorch([example]);
  const [theirs] = goldens.cases;
  const ours = await trainCase(goldens, example);
  for (const [step, loss] of theirs!.losses.entries()) {
    expect(Math.abs(ours.losses[step]! - loss), `loss of step ${step}`).toBeLessThan(0.01 * loss);
  }
  for (const name of ['conv.weight', 'fc.weight']) {
    expect(relativeError(ours.state.get(name)!, decode(theirs!.state[name]!.value)), name).toBeLessThan(0.05);
  }
});
