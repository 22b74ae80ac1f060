/**
 * The graphs that autodiff hands to a trainer: ONNX bytes and a typed list of every input and output, so that a session
 * can be fed and read without knowing the network.
 */

import type { NoiseDistribution } from '../network/ir.ts';
import type { Arithmetic, Formulation } from './emitter.ts';
import type { OptimizerOptions } from './optimizers/options.ts';

type ElementType = 'float32' | 'int32' | 'int64';

export interface GraphTensor {
  /** Name of the ONNX input or output. */
  readonly name: string;
  readonly type: ElementType;
  /** Concrete sizes; `[]` is a scalar. */
  readonly shape: readonly number[];
}

/** [B, C, H, W] float32, normalised and augmented by the host. */
export interface ImagesInput extends GraphTensor {
  readonly role: 'images';
}

/** [B] int32, each from 0 to classes - 1. */
export interface LabelsInput extends GraphTensor {
  readonly role: 'labels';
}

/** Scalar float32: the learning rate of this step. */
export interface LearningRateInput extends GraphTensor {
  readonly role: 'learningRate';
}

/**
 * Numbers that the host computes in double precision for every step (core/training/coefficients.ts):
 * - `gradientShare`: share of the gradient that enters SGD's velocity: 1 in the first step, then 1 - dampening.
 * - `adamRate`, `adamScale`: Adam's rate / (1 - beta1^t) and 1 / sqrt(1 - beta2^t), t from 1.
 * - `averageShare`: what the average takes of the new weights: 1 in the first step, then 1 - averaging.
 */
export type CoefficientName = 'gradientShare' | 'adamRate' | 'adamScale' | 'averageShare';

/** Scalar float32: a coefficient of this step. */
export interface CoefficientInput extends GraphTensor {
  readonly role: 'coefficient';
  readonly coefficient: CoefficientName;
}

/**
 * Float32 multipliers of one dropout node, drawn afresh for each step by the host: 0 with probability `p`, otherwise
 * `scale` (which is 1 / (1 - p), or 0 where p is 1). The shape is [B, C, 1, ...] for dropout of whole channels.
 */
export interface DropoutMaskInput extends GraphTensor {
  readonly role: 'dropoutMask';
  readonly p: number;
  readonly scale: number;
  /** Index of the dropout node in the network's list: a stable key for a random stream. */
  readonly node: number;
}

/** Float32 numbers of one noise node, drawn afresh for each step by the host. */
export interface NoiseInput extends GraphTensor {
  readonly role: 'noise';
  readonly distribution: NoiseDistribution;
  /** Index of the noise node in the network's list: a stable key for a random stream. */
  readonly node: number;
}

/**
 * Weights and buffers, fed at every step. `state` is the state_dict name.
 * - `parameter`: float32, a trained weight.
 * - `momentum`: float32, what the optimizer keeps of past gradients of the parameter `state`; zeros before the first step.
 * - `secondMoment`: float32, Adam's mean of squared gradients; zeros before the first step.
 * - `average`: float32, moving average of the parameter or running statistic `state`; before the first step its value.
 * - `statistic`: a buffer of batch normalisation: running_mean and running_var (float32), num_batches_tracked (int64, []).
 */
export interface StateInput extends GraphTensor {
  readonly role: 'parameter' | 'momentum' | 'secondMoment' | 'average' | 'statistic';
  readonly state: string;
  /** Name of the output that holds the value for the next step; null where the graph does not change it. */
  readonly next: string | null;
}

export type GraphInput =
  | ImagesInput
  | LabelsInput
  | LearningRateInput
  | CoefficientInput
  | DropoutMaskInput
  | NoiseInput
  | StateInput;

/** Scalar float32: mean cross-entropy over the batch (with label smoothing where the graph was built with it). */
export interface LossOutput extends GraphTensor {
  readonly role: 'loss';
}

/** [B, classes] float32. In a training graph: in training mode, before this step's update. */
export interface LogitsOutput extends GraphTensor {
  readonly role: 'logits';
}

/** Gradient of the loss by the parameter `state`; zeros where the loss does not depend on it (`used` is false). */
export interface GradientOutput extends GraphTensor {
  readonly role: 'gradient';
  readonly state: string;
  readonly used: boolean;
}

/** Next value of a {@link StateInput} of the same role and state; same type and shape. */
export interface NextStateOutput extends GraphTensor {
  readonly role: StateInput['role'];
  readonly state: string;
}

export type GraphOutput = LossOutput | LogitsOutput | GradientOutput | NextStateOutput;

interface Graph {
  /** The ONNX model, ready for a session. */
  readonly bytes: Uint8Array;
  /** Images in one run. */
  readonly batch: number;
  /** Every input of the model, in its order; all must be fed. */
  readonly inputs: readonly GraphInput[];
  /** Every output of the model, in its order. */
  readonly outputs: readonly GraphOutput[];
}

/**
 * One training step. Inputs: images, labels, learning rate, coefficients, dropout masks, noise, state. Outputs: loss, logits, next state.
 * Parameters and buffers that the step neither reads nor changes (registered but unused) are not inputs: the host keeps
 * them as they are, as PyTorch does for a gradient of None.
 */
export interface TrainingGraph extends Graph {
  readonly kind: 'training';
}

/** Inputs: images, parameters, running statistics. Output: logits in evaluation mode. */
export interface EvaluationGraph extends Graph {
  readonly kind: 'evaluation';
}

/**
 * Inputs: images, labels, parameters. Outputs: loss and one gradient for each parameter of the network, in its order.
 * Training mode: batch normalisation by the batch's statistics; dropout is the identity.
 */
export interface GradientGraph extends Graph {
  readonly kind: 'gradient';
}

/** What is left out of the update is plain SGD's. */
export interface TrainingGraphOptions extends Partial<OptimizerOptions> {
  readonly batch: number;
  /** The CPU's by default. */
  readonly formulation?: Formulation;
  /** The current one by default. */
  readonly arithmetic?: Arithmetic;
  readonly momentum: number;
  readonly weightDecay: number;
  /** Share of the target spread evenly over the classes. */
  readonly labelSmoothing: number;
}

export interface BatchOptions {
  readonly batch: number;
  /** The CPU's by default. */
  readonly formulation?: Formulation;
  /** The current one by default. */
  readonly arithmetic?: Arithmetic;
}
