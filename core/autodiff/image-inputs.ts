/** Graph inputs for a batch: images and labels. */
import { fail } from '../failure.ts';
import type { Network } from '../network/ir.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import type { ImagesInput, LabelsInput } from './graph.ts';

/** @throws FailureError (`usage`) when the batch is not a positive integer. */
export function declareImages(builder: GraphBuilder, network: Network, batch: number): ImagesInput {
  if (!Number.isInteger(batch) || batch < 1) fail('usage', `A batch holds one or more images, not ${batch}.`);
  const shape = [batch, ...network.input];
  return { role: 'images', name: builder.input('images', 'float32', shape), type: 'float32', shape };
}

export function declareLabels(builder: GraphBuilder, batch: number): LabelsInput {
  return { role: 'labels', name: builder.input('labels', 'int32', [batch]), type: 'int32', shape: [batch] };
}
