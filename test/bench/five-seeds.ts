/**
 * Test accuracies of `network train` and of PyTorch by the same recipe on real CIFAR-10 images (10,000 to train on, 1,000
 * to test with), five seeds each, as one JSON document: whether the means differ by at most two standard deviations of
 * PyTorch's five. Usage: LLMATIC_PYTHON=... node test/bench/five-seeds.ts [NETWORK ...]
 * Networks are those of test/golden/autodiff/networks; plain where none is named.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { cifarArchive } from '../main/training/cifar-losses.ts';

const root = join(import.meta.dirname, '..', '..');
const recipe = { epochs: 3, batch: 32, lr: 0.01, momentum: 0.9 };
const seeds = ['1', '2', '3', '4', '5'];
const home = mkdtempSync(join(tmpdir(), 'llmatic-seeds-'));

function runCli(...words: string[]): unknown {
  const cli = [join(root, 'main', 'doors', 'cli.ts'), ...words, '--json'];
  const options = { env: { ...process.env, LLMATIC_HOME: home }, maxBuffer: 2 ** 26, encoding: 'utf8' } as const;
  return JSON.parse(execFileSync(process.execPath, cli, options).trim().split('\n').at(-1) ?? '');
}

function ours(file: string): number[] {
  const options = Object.entries(recipe).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return seeds.map((seed) => {
    const result = runCli('network', 'train', file, '--dataset', 'cifar10', '--seed', seed, ...options);
    return z.object({ accuracy: z.object({ test: z.number() }) }).parse(result).accuracy.test;
  });
}

function theirs(file: string): number[] {
  const python = process.env.LLMATIC_PYTHON ?? join(root, '.oracle', 'bin', 'python');
  const words = [join(import.meta.dirname, 'five_seeds.py'), file, cifarArchive, JSON.stringify(recipe), ...seeds];
  return z.array(z.number()).parse(JSON.parse(execFileSync(python, words, { encoding: 'utf8' })));
}

function spread(accuracies: readonly number[]) {
  const mean = accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length;
  const squares = accuracies.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { accuracies, mean, deviation: Math.sqrt(squares / (accuracies.length - 1)) };
}

try {
  runCli('dataset', 'import', cifarArchive, '--name', 'cifar10');
  const names = process.argv.length > 2 ? process.argv.slice(2) : ['plain'];
  const results = names.map((network) => {
    const file = join(root, 'test', 'golden', 'autodiff', 'networks', `${network}.py`);
    const [llmatic, pytorch] = [spread(ours(file)), spread(theirs(file))];
    return { network, llmatic, pytorch, within: Math.abs(llmatic.mean - pytorch.mean) <= 2 * pytorch.deviation };
  });
  process.stdout.write(`${JSON.stringify({ recipe, seeds: seeds.map(Number), results }, null, 2)}\n`);
} finally {
  rmSync(home, { recursive: true, force: true });
}
