// The README's demo, for real: a whole search, its check, its export, and PyTorch and onnxruntime as judges of that.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openDataset } from '../../main/datasets/registry.ts';
import { type CliOutcome, runCli } from '../main/doors/run-cli.ts';

const root = join(import.meta.dirname, '..', '..');
const python = process.env.LLMATIC_PYTHON ?? join(root, '.oracle', 'bin', 'python');

const resultSchema = z.object({
  type: z.literal('result'),
  run: z.string(),
  initial: z.object({ fitness: z.number(), accuracy: z.object({ test: z.number() }) }),
  best: z.object({ network: z.string(), fitness: z.number(), accuracy: z.object({ test: z.number() }) }),
  coverage: z.number(),
  qdScore: z.number(),
  filled: z.int(),
  generated: z.int(),
  trainable: z.int(),
  distinct: z.int(),
  trained: z.int(),
  seconds: z.object({ total: z.number(), generate: z.number(), interpret: z.number(), train: z.number() }),
  export: z.string(),
});

let home: string;
let run: string;
let outcome: CliOutcome;
let result: z.infer<typeof resultSchema>;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-demo-'));
  run = join(home, 'run');
  outcome = await runCli(['search', '--preset', 'demo', '--seed', '1', '--out', run, '--json']);
  expect(outcome.exitCode, outcome.stderr).toBe(0);
  result = resultSchema.parse(JSON.parse(outcome.stdout.trimEnd().split('\n').at(-1)!));
}, 900_000);

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const judgementSchema = z.object({ difference: z.number(), accuracy: z.number(), parameters: z.int() });

/** What Python measures of exported folders, in their order. */
async function judged(folders: readonly string[]) {
  const { test } = await openDataset('builtin');
  writeFileSync(join(home, 'images'), test.images);
  writeFileSync(join(home, 'labels'), test.labels);
  const script = join(import.meta.dirname, 'check_export.py');
  const words = [script, join(home, 'images'), join(home, 'labels'), ...folders];
  return z.array(judgementSchema).parse(JSON.parse(execFileSync(python, words, { encoding: 'utf8' })));
}

const manifestSchema = z.object({
  schemaVersion: z.literal(1),
  network: z.string(),
  accuracy: z.object({ test: z.number() }),
  measures: z.object({ params: z.int() }),
  files: z.record(z.string(), z.object({ sha256: z.string(), bytes: z.int() })),
});

function checkedManifest(folder: string) {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
  const names = ['README.md', 'model.onnx', 'net.py', 'original.txt', 'weights.safetensors'];
  expect(Object.keys(manifest.files).sort()).toEqual(names);
  expect(readdirSync(folder).sort()).toEqual([...names, 'manifest.json'].sort());
  for (const [name, { sha256, bytes }] of Object.entries(manifest.files)) {
    const content = readFileSync(join(folder, name));
    expect(content.length).toBe(bytes);
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
  }
  return manifest;
}

describe('the demo search', () => {
  it('prints one JSON event a line, the last one its result', () => {
    const events = outcome.stdout
      .trimEnd()
      .split('\n')
      .map((line) => z.object({ type: z.string() }).parse(JSON.parse(line)).type);
    expect(events.filter((type) => type === 'result')).toHaveLength(1);
    expect(new Set(events)).toEqual(
      new Set([
        'loading',
        'run',
        'started',
        'generation-started',
        'proposed',
        'generated',
        'interpreted',
        'training-progress',
        'trained',
        'inserted',
        'generation-finished',
        'finished',
        'result',
      ]),
    );
    expect(outcome.stderr).toBe('');
  });

  it('fills ten niches, trains twenty networks, and beats the initial network by 25 points on the test split', () => {
    expect(result.filled).toBeGreaterThanOrEqual(10);
    expect(result.trained).toBeGreaterThanOrEqual(20);
    expect(result.best.accuracy.test - result.initial.accuracy.test).toBeGreaterThanOrEqual(0.25);
  });

  it('leaves a run that verify finds sound', async () => {
    const verify = await runCli(['runs', 'verify', run, '--json']);
    expect(JSON.parse(verify.stdout)).toMatchObject({
      ok: true,
      problems: [],
      checked: { networkElites: result.filled },
    });
  });

  it('exports its best network: PyTorch and onnxruntime agree with each other and with the stated accuracy', async () => {
    expect(existsSync(result.export)).toBe(true);
    const manifest = checkedManifest(result.export);
    expect(manifest.network).toBe(result.best.network);
    const [judgement] = await judged([result.export]);
    const { difference, accuracy, parameters } = judgement!;
    expect(difference).toBeLessThanOrEqual(1e-4);
    expect(parameters).toBe(manifest.measures.params);
    // Rounding may turn a handful of the 2,000 images at a decision boundary.
    expect(Math.abs(accuracy - manifest.accuracy.test)).toBeLessThanOrEqual(0.0025);
    expect(result.best.accuracy.test).toBe(manifest.accuracy.test);
  });

  it('exports all elites, each right, and the same bytes for the best again', async () => {
    const out = join(home, 'elites');
    const exported = await runCli(['export', run, 'elites', '--out', out, '--json']);
    expect(exported.exitCode, exported.stderr).toBe(0);
    const folders = readdirSync(out);
    expect(folders).toHaveLength(result.filled);
    const judgements = await judged(folders.map((folder) => join(out, folder)));
    expect(judgements).toHaveLength(folders.length);
    for (const [index, { difference, accuracy }] of judgements.entries()) {
      const folder = folders[index]!;
      const manifest = checkedManifest(join(out, folder));
      expect(difference, folder).toBeLessThanOrEqual(1e-4);
      expect(Math.abs(accuracy - manifest.accuracy.test), folder).toBeLessThanOrEqual(0.0025);
    }
    for (const name of readdirSync(result.export)) {
      expect(readFileSync(join(out, result.best.network, name))).toEqual(readFileSync(join(result.export, name)));
    }
  }, 600_000);

  it('exports a net.py that runs by itself', () => {
    const output = execFileSync(python, [join(result.export, 'net.py')], { encoding: 'utf8' });
    expect(output.trim()).toBe('(1, 10)');
  });

  it('refuses to export what is not there, with the remedy', async () => {
    const missing = await runCli(['export', run, 'g777-000', '--out', join(home, 'none'), '--json']);
    expect(missing.exitCode).toBe(2);
    expect(JSON.parse(missing.stdout).error.message).toContain('runs show');
    expect(existsSync(join(home, 'none'))).toBe(false);
  });
});
