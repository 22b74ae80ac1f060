/**
 * Runs the demo search for several seeds and prints one JSON document: per seed what it found and where the time went,
 * and the medians. Usage: node test/bench/demo.ts [--seeds 1..5] [--preset demo] [--set path=value]...
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { runCli } from '../main/doors/run-cli.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1..5' },
    preset: { type: 'string', default: 'demo' },
    set: { type: 'string', multiple: true, default: [] },
  },
});

function seedsOf(text: string): number[] {
  const range = /^(\d+)(?:\.\.(\d+))?$/.exec(text);
  if (range === null) throw new Error(`--seeds ${text}: give one seed or a range such as 1..5.`);
  const first = Number(range[1]);
  const last = Number(range[2] ?? range[1]);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const resultSchema = z.object({
  initial: z.object({ accuracy: z.object({ test: z.number() }) }),
  best: z.object({ network: z.string(), fitness: z.number(), accuracy: z.object({ test: z.number() }) }),
  filled: z.int(),
  promptsFilled: z.int(),
  generated: z.int(),
  trainable: z.int(),
  distinct: z.int(),
  trained: z.int(),
  seconds: z.record(z.string(), z.number()),
});

interface SeedFigures {
  readonly seed: number;
  /** Accuracies on the test split. */
  readonly initial: number;
  readonly best: number;
  readonly gain: number;
  readonly filled: number;
  readonly promptsFilled: number;
  readonly generated: number;
  readonly trainable: number;
  readonly distinct: number;
  readonly trained: number;
  /** From the start of the process to its end. */
  readonly wall: number;
  readonly seconds: Readonly<Record<string, number>>;
}

async function figuresOf(seed: number, folder: string): Promise<SeedFigures> {
  const sets = values.set.flatMap((assignment) => ['--set', assignment]);
  const started = performance.now();
  const words = ['search', '--preset', values.preset, '--seed', String(seed), '--out', folder, ...sets, '--json'];
  const { exitCode, stdout, stderr } = await runCli(words);
  const wall = (performance.now() - started) / 1000;
  if (exitCode !== 0) throw new Error(`Seed ${seed} ended with ${exitCode}: ${stderr}`);
  const result = resultSchema.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
  const { initial, best, seconds, ...counts } = result;
  const gain = best.accuracy.test - initial.accuracy.test;
  return { seed, initial: initial.accuracy.test, best: best.accuracy.test, gain, ...counts, wall, seconds };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

const home = mkdtempSync(join(tmpdir(), 'llmatic-bench-'));
try {
  const seeds: SeedFigures[] = [];
  for (const seed of seedsOf(values.seeds)) {
    const figures = await figuresOf(seed, join(home, String(seed)));
    process.stderr.write(`${JSON.stringify(figures)}\n`);
    seeds.push(figures);
  }
  const names = ['initial', 'best', 'gain', 'filled', 'generated', 'trainable', 'distinct', 'trained', 'wall'] as const;
  const medians = Object.fromEntries(names.map((name) => [name, median(seeds.map((figures) => figures[name]))]));
  process.stdout.write(`${JSON.stringify({ preset: values.preset, set: values.set, seeds, medians }, null, 2)}\n`);
} finally {
  rmSync(home, { recursive: true, force: true });
}
