/** The processor. https://onnxruntime.ai/docs/execution-providers/ */
import type { Device } from './device.ts';

export const cpu: Device = {
  sentence: 'the processor, on which the same run gives the same bits',
  needs: 'nothing',
  reaches: [],
  formulation: 'cpu',
  provider: { name: 'cpu' },
  parallel: true,
  whyMissing: () => null,
};
