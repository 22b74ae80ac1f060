/** One step of training as one ONNX graph: forward, loss, backward, SGD with momentum. */
import type { Network } from '../network/ir.ts';
import { createGraphBuilder } from '../onnx/graph-builder.ts';
import { crossEntropy } from './cross-entropy.ts';
import { createEmitter } from './emitter.ts';
import { emitTraining } from './forward.ts';
import type {
  DropoutMaskInput,
  GraphOutput,
  LearningRateInput,
  LogitsOutput,
  LossOutput,
  TrainingGraph,
  TrainingGraphOptions,
} from './graph.ts';
import { declareImages, declareLabels } from './image-inputs.ts';
import { rearranged } from './rearrange.ts';
import { sgdStep } from './sgd.ts';
import { createStateInputs } from './state-inputs.ts';

/**
 * The training step of `network` on batches of `batch` images.
 * @throws FailureError `shape` when the output is not [N, classes] or a batch normalisation sees one value a channel.
 */
export function buildTrainingGraph(network: Network, options: TrainingGraphOptions): TrainingGraph {
  const { batch, momentum, weightDecay, labelSmoothing } = options;
  const builder = createGraphBuilder();
  const emit = createEmitter(builder, options.formulation);
  const images = declareImages(builder, network, batch);
  const labels = declareLabels(builder, batch);
  const learningRate: LearningRateInput = {
    role: 'learningRate',
    name: builder.input('learningRate', 'float32', []),
    type: 'float32',
    shape: [],
  };
  const masks: DropoutMaskInput[] = [];
  const states = createStateInputs(network, builder);

  const forward = emitTraining(rearranged(network), emit, {
    images,
    batch,
    state: states.read,
    dropoutMask(node, p, shape) {
      const name = builder.input(`dropoutMask:${node}`, 'float32', shape);
      const mask: DropoutMaskInput = {
        role: 'dropoutMask',
        name,
        type: 'float32',
        shape,
        p,
        scale: p < 1 ? 1 / (1 - p) : 0,
        node,
      };
      masks.push(mask);
      return mask;
    },
    updateStatistic: (name, next) => states.update(name, 'statistic', next),
  });
  const { loss, gradient } = crossEntropy(emit, forward.output, labels, labelSmoothing);
  const gradients = forward.backward(gradient);

  builder.scope('update');
  for (const [name, byParameter] of gradients) {
    const weight = states.read(name, 'weight');
    const velocity = momentum === 0 ? null : states.velocity(name);
    const next = sgdStep(emit, { weight, gradient: byParameter, velocity, learningRate }, { momentum, weightDecay });
    states.update(name, 'parameter', next.weight);
    if (next.velocity !== null) states.update(name, 'momentum', next.velocity);
  }
  builder.scope('');

  const lossOutput: LossOutput = { role: 'loss', name: 'loss', type: 'float32', shape: [] };
  const logits: LogitsOutput = { role: 'logits', name: 'logits', type: 'float32', shape: forward.output.shape };
  builder.output('loss', loss.name, 'float32', []);
  builder.output('logits', forward.output.name, 'float32', logits.shape);
  const { inputs, outputs } = states.finish();
  const allOutputs: GraphOutput[] = [lossOutput, logits, ...outputs];
  return {
    kind: 'training',
    bytes: builder.build('training', 'One training step: forward, loss, backward, SGD.'),
    batch,
    inputs: builder.inputOrder([images, labels, learningRate, ...masks, ...inputs]),
    outputs: allOutputs,
  };
}
