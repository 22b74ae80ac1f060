/** Every golden case on the WebGPU provider under software Vulkan (test/vulkan), against PyTorch's float64. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { gradientCases } from './golden-cases.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const icd = process.env.LLMATIC_VULKAN ?? join(root, '.vulkan', 'icd.json');

/** Float32 on another device: ten times DESIGN.md's bound for a gradient, or twice PyTorch's own error. */
const bound = 1e-5;

const lineSchema = z.object({
  name: z.string(),
  errors: z.array(z.object({ of: z.string(), error: z.number(), torch: z.number() })),
});

async function measured(part: number, parts: number): Promise<z.infer<typeof lineSchema>[]> {
  const runtime = mkdtempSync(join(tmpdir(), 'llmatic-webgpu-'));
  try {
    const words = [join(import.meta.dirname, 'webgpu-child.ts'), String(part), String(parts)];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', ...words],
      { env: { ...process.env, VK_ICD_FILENAMES: icd, XDG_RUNTIME_DIR: runtime }, maxBuffer: 2 ** 26 },
    );
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.map((line) => lineSchema.parse(JSON.parse(line)));
  } finally {
    rmSync(runtime, { recursive: true, force: true });
  }
}

test('every operator has the gradients and logits of PyTorch on a GPU provider', { timeout: 1_800_000 }, async () => {
  const found = (await Promise.all([measured(0, 2), measured(1, 2)])).flat();
  expect(found.map(({ name }) => name).sort()).toEqual(
    gradientCases()
      .map(({ name }) => name)
      .sort(),
  );
  const beyond = found.flatMap(({ name, errors }) =>
    errors
      .filter(({ error, torch }) => !(error <= Math.max(bound, 2 * torch)))
      .map(({ of, error, torch }) => `${name}: ${of} is off by ${error} (PyTorch's float32: ${torch})`),
  );
  expect(beyond).toEqual([]);
});
