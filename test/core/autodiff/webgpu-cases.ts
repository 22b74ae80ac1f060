/** Measures the golden cases on the WebGPU provider under software Vulkan, in two processes of webgpu-child.ts. */
import { join } from 'node:path';
import * as z from 'zod';
import { runOnVulkan } from '../../vulkan/run-on-vulkan.ts';

const caseSchema = z.object({
  name: z.string(),
  /** Of all gradients as one vector. */
  gradient: z.number(),
  errors: z.array(z.object({ of: z.string(), error: z.number(), torch: z.number() })),
});

async function measurePart(part: number, parts: number): Promise<z.infer<typeof caseSchema>[]> {
  const lines = await runOnVulkan(join(import.meta.dirname, 'webgpu-child.ts'), String(part), String(parts));
  return lines.map((line) => caseSchema.parse(line));
}

/** Every golden case, in no particular order. */
export async function measureOnWebGpu(): Promise<z.infer<typeof caseSchema>[]> {
  return (await Promise.all([measurePart(0, 2), measurePart(1, 2)])).flat();
}
