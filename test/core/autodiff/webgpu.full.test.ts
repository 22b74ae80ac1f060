/** Every golden case on the WebGPU provider under software Vulkan (test/vulkan), against PyTorch's float64. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { runOnVulkan } from '../../vulkan/run-on-vulkan.ts';
import { gradientCases } from './golden-cases.ts';

/** Float32 on another device: ten times DESIGN.md's bound for a gradient, or twice PyTorch's own error. */
const bound = 1e-5;

const lineSchema = z.object({
  name: z.string(),
  errors: z.array(z.object({ of: z.string(), error: z.number(), torch: z.number() })),
});

async function measured(part: number, parts: number): Promise<z.infer<typeof lineSchema>[]> {
  const lines = await runOnVulkan(join(import.meta.dirname, 'webgpu-child.ts'), String(part), String(parts));
  return lines.map((line) => lineSchema.parse(line));
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
