/** A trained network as a self-contained ONNX model: weights inside, evaluation mode, any number of images. */
import { fail } from '../failure.ts';
import type { Network } from '../network/ir.ts';
import { networkIn } from '../network/modes.ts';
import { createGraphBuilder } from '../onnx/graph-builder.ts';
import { createEmitter } from './create-emitter.ts';
import { elementCount, type Tensor } from './emitter.ts';
import { emitEvaluation, NOMINAL_BATCH } from './forward.ts';
import { present, stateShapes } from './network-parts.ts';

/**
 * Model with input `input` [N, C, H, W] and output `logits` [N, classes]; initializers are named as in state_dict.
 * @throws FailureError `weights` when a weight is missing or of another size.
 */
export function buildExportModel(network: Network, weights: ReadonlyMap<string, Float32Array>): Uint8Array {
  const builder = createGraphBuilder();
  const emit = createEmitter(builder);
  const shapes = stateShapes(network);
  const known = new Map<string, Tensor>();
  const images = {
    name: builder.input('input', 'float32', ['N', ...network.input]),
    shape: [NOMINAL_BATCH, ...network.input],
  };

  function state(name: string): Tensor {
    const declared = known.get(name);
    if (declared !== undefined) return declared;
    const { shape } = present(shapes.get(name), `the parameter ${name}`);
    const values = weights.get(name);
    if (values === undefined || values.length !== elementCount(shape)) {
      const found = values === undefined ? 'is missing' : `has ${values.length} elements`;
      return fail('weights', `The weight ${name} ${found}; the network needs ${elementCount(shape)} elements.`);
    }
    const tensor = { name: builder.initializer(name, values, shape), shape };
    known.set(name, tensor);
    return tensor;
  }

  const output = emitEvaluation(networkIn(network, 'evaluation'), emit, { images, batch: null, state });
  builder.output('logits', output.name, 'float32', ['N', ...output.shape.slice(1)]);
  return builder.build('network', 'Image classifier designed by LLMatic: images to logits.');
}
