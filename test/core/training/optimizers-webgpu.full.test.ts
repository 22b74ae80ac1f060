/** Every golden of the optimizers on the WebGPU provider under software Vulkan (test/vulkan), against PyTorch's float64. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import * as z from 'zod';

const root = join(import.meta.dirname, '..', '..', '..');
const icd = process.env.LLMATIC_VULKAN ?? join(root, '.vulkan', 'icd.json');
const lineSchema = z.object({ name: z.string(), beyond: z.array(z.string()) });

test("every optimizer ends with PyTorch's weights on a GPU provider", { timeout: 900_000 }, async () => {
  const cases: { name: string }[] = JSON.parse(
    readFileSync(join(root, 'test', 'golden', 'training', 'optimizers.json'), 'utf8'),
  ).cases;
  const runtime = mkdtempSync(join(tmpdir(), 'llmatic-webgpu-'));
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'webgpu-optimizers-child.ts')],
      { env: { ...process.env, VK_ICD_FILENAMES: icd, XDG_RUNTIME_DIR: runtime }, maxBuffer: 2 ** 26 },
    );
    const lines = stdout.split('\n').filter((line) => line !== '');
    const found = lines.map((line) => lineSchema.parse(JSON.parse(line)));
    expect(found).toEqual(cases.map(({ name }) => ({ name, beyond: [] })));
  } finally {
    rmSync(runtime, { recursive: true, force: true });
  }
});
