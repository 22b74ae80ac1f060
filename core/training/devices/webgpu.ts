/** GPUs through WebGPU (Dawn). https://onnxruntime.ai/docs/execution-providers/WebGPU-ExecutionProvider.html */
import type { Device } from './device.ts';

export const webgpu: Device = {
  sentence: 'a GPU of any maker, through WebGPU',
  needs: "the GPU's driver",
  reaches: ['gpu', 'cuda', 'dml', 'coreml', 'vulkan', 'metal', 'rocm'],
  // It lacks some operators that are fastest on the CPU.
  formulation: 'portable',
  // With its bounds checked.
  provider: { name: 'webgpu', enableRobustness: true },
  // Trainings on one GPU would wait for each other.
  parallel: false,
  whyMissing(message) {
    if (!/adapter|webgpu|dawn|vulkan/i.test(message)) return null;
    // The library's own sentence stands after the place in its source code.
    const why = message.split('\n')[0]?.split(' was false. ').at(-1) ?? message;
    return `WebGPU finds no GPU that it can use on this machine (${why})`;
  },
};
