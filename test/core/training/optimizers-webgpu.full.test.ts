/** Every golden of the optimizers on the WebGPU provider under software Vulkan (test/vulkan), against PyTorch's float64. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { runOnVulkan } from '../../vulkan/run-on-vulkan.ts';

const golden = join(import.meta.dirname, '..', '..', 'golden', 'training', 'optimizers.json');
const lineSchema = z.object({ name: z.string(), beyond: z.array(z.string()) });

test("every optimizer ends with PyTorch's weights on a GPU provider", { timeout: 900_000 }, async () => {
  const cases: { name: string }[] = JSON.parse(readFileSync(golden, 'utf8')).cases;
  const lines = await runOnVulkan(join(import.meta.dirname, 'webgpu-optimizers-child.ts'));
  const found = lines.map((line) => lineSchema.parse(line));
  expect(found).toEqual(cases.map(({ name }) => ({ name, beyond: [] })));
});
