/** One step of training as one ONNX graph: forward, loss, backward, the optimizer's update. */
import type { Network } from '../network/ir.ts';
import { networkIn } from '../network/modes.ts';
import { createGraphBuilder } from '../onnx/graph-builder.ts';
import { createEmitter } from './create-emitter.ts';
import { crossEntropy } from './cross-entropy.ts';
import { emitTraining } from './forward.ts';
import type {
  CoefficientInput,
  CoefficientName,
  DropoutMaskInput,
  GraphOutput,
  LearningRateInput,
  LogitsOutput,
  LossOutput,
  NoiseInput,
  TrainingGraph,
  TrainingGraphOptions,
} from './graph.ts';
import { declareImages, declareLabels } from './image-inputs.ts';
import { plainOptimizer } from './optimizers/options.ts';
import { emitUpdate } from './optimizers/update.ts';
import { rearranged } from './rearrange.ts';
import { createStateInputs } from './state-inputs.ts';

/**
 * The training step of `network` on batches of `batch` images.
 * @throws FailureError `shape` when the output is not [N, classes] or a batch normalisation sees one value a channel.
 */
export function buildTrainingGraph(network: Network, options: TrainingGraphOptions): TrainingGraph {
  const { batch, labelSmoothing } = options;
  const builder = createGraphBuilder();
  const emit = createEmitter(builder, options.formulation, options.arithmetic);
  const images = declareImages(builder, network, batch);
  const labels = declareLabels(builder, batch);
  const learningRate: LearningRateInput = {
    role: 'learningRate',
    name: builder.input('learningRate', 'float32', []),
    type: 'float32',
    shape: [],
  };
  const coefficients = new Map<CoefficientName, CoefficientInput>();
  const masks: DropoutMaskInput[] = [];
  const noises: NoiseInput[] = [];
  const states = createStateInputs(network, builder);

  const forward = emitTraining(rearranged(networkIn(network, 'training')), emit, {
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
    noise(node, distribution, shape) {
      const name = builder.input(`noise:${node}`, 'float32', shape);
      const drawn: NoiseInput = { role: 'noise', name, type: 'float32', shape, distribution, node };
      noises.push(drawn);
      return drawn;
    },
    updateStatistic: (name, next) => states.update(name, 'statistic', next),
  });
  const { loss, gradient } = crossEntropy(emit, forward.output, labels, labelSmoothing);
  const gradients = forward.backward(gradient);

  builder.scope('update');
  emitUpdate(emit, gradients, { ...plainOptimizer, ...options }, states, {
    learningRate,
    coefficient(coefficient) {
      const known = coefficients.get(coefficient);
      if (known !== undefined) return known;
      const name = builder.input(coefficient, 'float32', []);
      const declared: CoefficientInput = { role: 'coefficient', coefficient, name, type: 'float32', shape: [] };
      coefficients.set(coefficient, declared);
      return declared;
    },
  });
  builder.scope('');

  const lossOutput: LossOutput = { role: 'loss', name: 'loss', type: 'float32', shape: [] };
  const logits: LogitsOutput = { role: 'logits', name: 'logits', type: 'float32', shape: forward.output.shape };
  builder.output('loss', loss.name, 'float32', []);
  builder.output('logits', forward.output.name, 'float32', logits.shape);
  const { inputs, outputs } = states.finish();
  const allOutputs: GraphOutput[] = [lossOutput, logits, ...outputs];
  return {
    kind: 'training',
    bytes: builder.build(
      'training',
      `One training step: forward, loss, backward, ${options.optimizer ?? plainOptimizer.optimizer}.`,
    ),
    batch,
    inputs: builder.inputOrder([
      images,
      labels,
      learningRate,
      ...coefficients.values(),
      ...masks,
      ...noises,
      ...inputs,
    ]),
    outputs: allOutputs,
  };
}
