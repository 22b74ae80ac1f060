/** Every golden case on the WebGPU provider under software Vulkan (test/vulkan), against PyTorch's float64. */
import { expect, test } from 'vitest';
import { gradientCases } from './golden-cases.ts';
import { measureOnWebGpu } from './webgpu-cases.ts';

/** Float32 on another device: ten times DESIGN.md's bound for a gradient, or twice PyTorch's own error. */
const bound = 1e-5;

test('every operator has the gradients and logits of PyTorch on a GPU provider', { timeout: 1_800_000 }, async () => {
  const found = await measureOnWebGpu();
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
