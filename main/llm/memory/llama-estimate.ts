/**
 * What llama.cpp itself would allocate: node-llama-cpp builds model and context without allocating them and adds up the
 * buffers (GgufInsights). Runs native code: only in the model's own process.
 */
import { totalmem } from 'node:os';
import { GgufInsights, type Llama, readGgufFileInfo } from 'node-llama-cpp';
import type { Bytes, Estimator } from './memory-plan.ts';

/** An estimator of a GGUF file, of its header alone. */
export async function llamaEstimator(llama: Llama, file: string): Promise<Estimator> {
  const info = await readGgufFileInfo(file, { sourceType: 'filesystem', logWarnings: false });
  const insights = await GgufInsights.from(info, llama);
  const bytes = ({ cpuRam, gpuVram }: { cpuRam: number; gpuVram: number }): Bytes => ({ ram: cpuRam, vram: gpuVram });
  return {
    layers: insights.totalLayers,
    weights: async (gpuLayers) =>
      bytes(await insights.estimateModelResourceRequirementsV2({ gpuLayers, useMmap: true })),
    context: async ({ contextLength, sequences, batch, gpuLayers }) =>
      bytes(
        await insights.estimateContextResourceRequirementsV2({
          contextSize: contextLength,
          modelGpuLayers: gpuLayers,
          batchSize: batch,
          sequences,
        }),
      ),
  };
}

/**
 * Memory that is free for a model now. macOS counts as free only what it has no use for at all, although it gives back
 * much more: there it is three quarters of what there is.
 */
export async function memoryRoom(llama: Llama): Promise<Bytes> {
  const ram = process.platform === 'darwin' ? 0.75 * totalmem() : process.availableMemory();
  if (llama.gpu === false) return { ram, vram: 0 };
  const { free } = await llama.getVramState();
  return { ram, vram: free };
}
