// network export as a person meets it: words, files, exit codes.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../../core/tensors/safetensors.ts';
import type { Tensor } from '../../../../core/tensors/tensor.ts';
import { foreignParts } from '../../export/clean-python.ts';
import { runCli } from '../run-cli.ts';

const filled = (shape: number[], value: number): Tensor => ({
  type: 'float32',
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(value),
});

let folder = '';
const at = (name: string): string => join(folder, name);
const exporting = (...words: string[]) => runCli(['network', 'export', at('own.py'), ...words, '--json']);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-network-export-'));
  writeFileSync(
    at('own.py'),
    `import torch.nn as nn


class Head(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        self.layers = nn.ModuleDict({'first layer': nn.Linear(48, width), 'last': nn.Linear(width, classes)})

    def eval(self):
        print('foreign code ran')
        return super().eval()

    def forward(self, x):
        # \\u001b is text, \u001b is not
        return self.layers['last'](self.layers['first layer'](x.flatten(1)).relu())
`,
  );
  const weights = new Map([
    ['layers.first layer.weight', filled([8, 48], 0.5)],
    ['layers.first layer.bias', filled([8], 1)],
    ['layers.last.weight', filled([3, 8], 2)],
    ['layers.last.bias', filled([3], -1)],
  ]);
  writeFileSync(at('w.safetensors'), writeSafetensors(weights));
  writeFileSync(at('few.safetensors'), writeSafetensors(new Map([...weights].slice(1))));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reading = ['--args', '{"width": 8, "classes": 3}', '--input', '3,4,4'];

describe('network export', () => {
  test('writes the network under names of its own, with weights that fit them, and the text beside', async () => {
    const outcome = await exporting(...reading, '--weights', at('w.safetensors'), '--out', at('out'));
    expect(outcome.exitCode, outcome.stderr).toBe(0);
    const json = JSON.parse(outcome.stdout);
    const names = ['README.md', 'manifest.json', 'model.onnx', 'net.py', 'original.txt', 'weights.safetensors'];
    expect(json).toMatchObject({ out: at('out'), readsBack: true });
    expect([...json.files].sort()).toEqual(names);
    expect(readdirSync(at('out')).sort()).toEqual(names);
    expect(foreignParts(readFileSync(at('out/net.py'), 'utf8'))).toEqual([]);
    const weights = readSafetensors(readFileSync(at('out/weights.safetensors')));
    expect([...weights.keys()].sort()).toEqual(['fc1.bias', 'fc1.weight', 'fc2.bias', 'fc2.weight']);
    expect(weights.get('fc1.weight')).toEqual(filled([8, 48], 0.5));
    expect(weights.get('fc2.bias')).toEqual(filled([3], -1));
    expect(readFileSync(at('out/original.txt'), 'utf8')).toContain('|         # \\u001b is text, \\x1b is not\n');
    expect(JSON.parse(readFileSync(at('out/manifest.json'), 'utf8'))).toMatchObject({
      schemaVersion: 1,
      file: 'own.py',
      hash: json.hash,
      classes: 3,
      input: [3, 4, 4],
    });
    expect(readFileSync(at('out/README.md'), 'utf8')).toContain('# Network of `own.py`');
  });

  test('names the weights that are missing, and writes nothing', async () => {
    const outcome = await exporting(...reading, '--weights', at('few.safetensors'), '--out', at('none'));
    expect(outcome.exitCode).toBe(2);
    expect(JSON.parse(outcome.stdout).error.message).toContain('"layers.first layer.weight" [8, 48] is missing');
    expect(existsSync(at('none'))).toBe(false);
  });
});
