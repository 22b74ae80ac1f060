/** A sample of the layers' goldens, computed again by PyTorch now. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { decode, relativeError } from '../autodiff/golden-cases.ts';
import { layerPrograms } from './layer-programs.ts';

const python = process.env.LLMATIC_PYTHON ?? fileURLToPath(new URL('../../../.oracle/bin/python', import.meta.url));
const sample = ['conv2d-padding-modes', 'groupnorm', 'multihead', 'lstm', 'gru', 'buffers', 'relative-position-bias'];

test('the stored results of layers are those that PyTorch gives now', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'layers-'));
  try {
    const file = join(folder, 'layers.json');
    const script = fileURLToPath(new URL('../../golden/network/make_layers.py', import.meta.url));
    execFileSync(python, ['-W', 'ignore', script, file, ...sample], { stdio: 'pipe' });
    const fresh = layerPrograms(pathToFileURL(file));
    const stored = new Map(layerPrograms().map((program) => [program.name, program.golden]));
    expect(fresh.map(({ name }) => name)).toEqual(sample);
    for (const { name, golden } of fresh) {
      const known = stored.get(name)!;
      expect(golden.parameters).toEqual(known.parameters);
      expect(golden.flops).toBe(known.flops);
      expect(relativeError(decode(golden.logits), decode(known.logits)), name).toBeLessThan(1e-6);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
