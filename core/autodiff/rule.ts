/**
 * What a gradient rule is: for one operator of the network IR, its ONNX nodes in evaluation mode, and in training mode
 * with the nodes of its gradient. The operators are emitted for onnxruntime's CPU provider; a second set of rules for
 * providers that lack some of them would implement the same interface.
 */
import { fail } from '../failure.ts';
import type { NodeOf, NodeParameters, NoiseDistribution, Operator } from '../network/ir.ts';
import type { Emitter, Tensor } from './emitter.ts';

export type ParameterRole = keyof NodeParameters;

export interface Call<O extends Operator> {
  readonly emit: Emitter;
  readonly node: NodeOf<O>;
  readonly attributes: NodeOf<O>['attributes'];
  /** The values read; sizes are those of the nominal batch, which evaluation-mode nodes must not depend on. */
  readonly inputs: readonly Tensor[];
  /** Sizes of the result. */
  readonly shape: readonly number[];
  /** The result's sizes as a reshape may state them: -1 for the size that grows with the batch, where it is symbolic. */
  readonly target: readonly number[];
  /** The network's input. */
  readonly images: Tensor;
  /** Images in a run, null where it is symbolic. */
  readonly batch: number | null;
  /** The parameter or buffer of that role, undefined where the node has none. */
  parameter(role: ParameterRole): Tensor | undefined;
}

export interface TrainingCall<O extends Operator> extends Call<O> {
  /** Whether a gradient is wanted for each input. */
  readonly needs: readonly boolean[];
  /** Multipliers for dropout of that shape, null where dropout is to be the identity. */
  dropoutMask(p: number, shape: readonly number[]): Tensor | null;
  /** Numbers drawn afresh for the step, null where noise is to be its mean. */
  noise(distribution: NoiseDistribution, shape: readonly number[]): Tensor | null;
  /** Whether running statistics are to be updated. */
  readonly updatesStatistics: boolean;
  /** Gives a buffer its next value. */
  updateStatistic(role: ParameterRole, next: Tensor): void;
}

export interface Gradients {
  /** One for each input, of the input's shape; null where none is wanted. */
  readonly inputs: readonly (Tensor | null)[];
  readonly weight?: Tensor;
  readonly bias?: Tensor;
}

export interface Differentiable {
  readonly output: Tensor;
  /** Gradients by inputs and parameters, given that of the output. Called at most once. */
  backward(dy: Tensor): Gradients;
}

export interface Rule<O extends Operator> {
  evaluate(call: Call<O>): Tensor;
  train(call: TrainingCall<O>): Differentiable;
}

/** Input `index` of a call. @throws FailureError (`internal`) where the network lacks it. */
export function inputOf<O extends Operator>(call: Call<O>, index: number): Tensor {
  const input = call.inputs[index];
  if (input !== undefined) return input;
  return fail('internal', `Node ${call.node.operator} needs input ${index}, which the network does not give.`);
}

/** A parameter that the operator cannot do without. @throws FailureError (`internal`) where the network lacks it. */
export function requireParameter<O extends Operator>(call: Call<O>, role: ParameterRole): Tensor {
  const parameter = call.parameter(role);
  if (parameter !== undefined) return parameter;
  return fail('internal', `Node ${call.node.operator} needs a ${role}, which the network does not give.`);
}

/** A rule whose output no gradient flows back from. */
export function withoutGradient<O extends Operator>(evaluate: (call: Call<O>) => Tensor): Rule<O> {
  return {
    evaluate,
    train: (call) => ({ output: evaluate(call), backward: () => ({ inputs: call.inputs.map(() => null) }) }),
  };
}
