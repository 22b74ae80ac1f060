/** Loss and its gradient by every parameter, as an ONNX graph: what `network gradients` shows. */
import type { Network } from '../network/ir.ts';
import { networkIn } from '../network/modes.ts';
import { createGraphBuilder } from '../onnx/graph-builder.ts';
import { createEmitter } from './create-emitter.ts';
import { crossEntropy } from './cross-entropy.ts';
import { emitTraining } from './forward.ts';
import type { BatchOptions, GradientGraph, GradientOutput, LossOutput } from './graph.ts';
import { declareImages, declareLabels } from './image-inputs.ts';
import { rearranged } from './rearrange.ts';
import { createStateInputs } from './state-inputs.ts';

/**
 * Cross-entropy of `batch` images and its gradients in training mode: batch normalisation by the batch's statistics,
 * dropout as the identity, noise as its mean. A parameter that the loss does not depend on gets zeros.
 * @throws FailureError `shape` when the output is not [N, classes] or a batch normalisation sees one value a channel.
 */
export function buildGradientGraph(network: Network, { batch, formulation, arithmetic }: BatchOptions): GradientGraph {
  const builder = createGraphBuilder();
  const emit = createEmitter(builder, formulation, arithmetic);
  const images = declareImages(builder, network, batch);
  const labels = declareLabels(builder, batch);
  const states = createStateInputs(network, builder);
  const forward = emitTraining(rearranged(networkIn(network, 'training')), emit, {
    images,
    batch,
    state: states.read,
    dropoutMask: () => null,
    noise: () => null,
    updateStatistic: null,
  });
  const { loss, gradient } = crossEntropy(emit, forward.output, labels, 0);
  const gradients = forward.backward(gradient);
  const lossOutput: LossOutput = { role: 'loss', name: 'loss', type: 'float32', shape: [] };
  builder.output('loss', loss.name, 'float32', []);
  const outputs = network.parameters.map(({ name: state, shape }): GradientOutput => {
    const known = gradients.get(state);
    const name = `gradient:${state}`;
    const value = known ?? emit.zeros(shape);
    builder.output(name, value.name, 'float32', shape);
    return { role: 'gradient', state, used: known !== undefined, name, type: 'float32', shape };
  });
  const { inputs } = states.finish();
  return {
    kind: 'gradient',
    bytes: builder.build('gradient', 'Cross-entropy loss and its gradients in training mode.'),
    batch,
    inputs: builder.inputOrder([images, labels, ...inputs]),
    outputs: [lossOutput, ...outputs],
  };
}
