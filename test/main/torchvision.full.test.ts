import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { readNetworkFile } from '../../main/interpreter.ts';

const python = process.env.LLMATIC_PYTHON ?? fileURLToPath(new URL('../../.oracle/bin/python', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'torchvision-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The package's own files, unmodified: read, never run.
execFileSync(python, ['-m', 'pip', 'download', '--quiet', '--no-deps', '-d', folder, 'torchvision==0.29.1'], {
  stdio: 'pipe',
});
const wheel = readdirSync(folder).find((name) => name.endsWith('.whl')) ?? '';
execFileSync(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder]);
const root = join(folder, 'torchvision');

const files = readdirSync(join(root, 'models')).filter((name) => name.endsWith('.py') && !name.startsWith('_'));

/** Parameters that the package states are those of its weights; these models have others than their weights do. */
const different: Readonly<Record<string, number>> = {
  // With the two auxiliary classifiers, which the weights lack.
  googlenet: 13_004_888,
  // For images of 224 pixels; the weights are for 518.
  vit_h_14: 632_045_800,
  // Stated in a table above its weights.
  mobilenet_v2: 3_504_872,
};

const models = files.flatMap((file) => {
  const text = readFileSync(join(root, 'models', file), 'utf8');
  const found = text.matchAll(/@register_model\([^)]*\)\n[\s\S]*?\ndef (\w+)\([\s\S]*?weights: Optional\[(\w+)\]/g);
  return [...found].map(([, name = '', weights = '']) => {
    const stated = /"num_params": (\d+)/.exec(text.slice(text.indexOf(`class ${weights}(`)))?.[1];
    return { file, name, params: different[name] ?? Number(stated) };
  });
});

describe("torchvision's classification models", () => {
  test('are all found', () => {
    expect(models.length).toBe(80);
  });

  test.each(models)('$name is read with the parameters that the package states', async ({ file, name, params }) => {
    const size = file === 'inception.py' ? 299 : 224;
    const read = await readNetworkFile(join(root, 'models', file), { root, factory: name, input: [3, size, size] });
    expect(read.measures.params).toBe(params);
    expect(read.network.nodes.at(-1)?.shape).toEqual([{ batch: 1 }, 1000]);
  });
});
