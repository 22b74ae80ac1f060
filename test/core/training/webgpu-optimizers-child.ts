/**
 * The goldens of the optimizers in the portable formulation on the WebGPU provider, in a process of its own, which takes
 * its Vulkan driver from the environment. Prints one JSON line a case: its name and where it leaves PyTorch.
 */
import { readFileSync } from 'node:fs';
import { onnxRuntime, type RuntimeProvider, type RuntimeSession } from '../../../main/training/onnx-runtime.ts';
import { deviations, type OptimizerGoldens, trainCase } from './optimizer-cases.ts';

const goldens: OptimizerGoldens = JSON.parse(
  readFileSync(new URL('../../golden/training/optimizers.json', import.meta.url), 'utf8'),
);

/** Muon's iterations enlarge rounding: three times what is asked of the CPU. */
const bound = 3e-5;

async function onGpu(bytes: Uint8Array): Promise<RuntimeSession> {
  return onnxRuntime.InferenceSession.create(bytes, {
    executionProviders: [{ name: 'webgpu', enableRobustness: true } as RuntimeProvider],
    logSeverityLevel: 3,
  });
}

for (const example of goldens.cases) {
  const ours = await trainCase(goldens, example, 'portable', onGpu);
  process.stdout.write(`${JSON.stringify({ name: example.name, beyond: deviations(ours, example, bound) })}\n`);
}
// The provider's own threads would keep the process.
process.exit(0);
