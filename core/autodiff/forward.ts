/** Emits a network node by node through the rule table: in evaluation mode, or in training mode with its gradients. */
import { fail } from '../failure.ts';
import {
  type Network,
  type NetworkNode,
  type NodeOf,
  type NodeParameters,
  type NoiseDistribution,
  type Operator,
  type Shape,
  sizesOf,
} from '../network/ir.ts';
import type { Emitter, Tensor } from './emitter.ts';
import {
  frozenParameters,
  type IndexedNode,
  liveNodes,
  present,
  valuesBehindOutput,
  valuesWithGradient,
} from './network-parts.ts';
import type { Call, Differentiable, Gradients, ParameterRole } from './rule.ts';
import { rules } from './rules.ts';

/** Where the emitted nodes get their tensors from. */
export interface Sources {
  readonly images: Tensor;
  /** Images in a run; null emits nodes that hold for any number, their sizes being nominal. */
  readonly batch: number | null;
  /** The tensor of a parameter or buffer; asked for only where a node reads it. */
  state(name: string, role: ParameterRole): Tensor;
}

/** Batch for which sizes are tracked while the true one is symbolic. */
export const NOMINAL_BATCH = 2;

export interface TrainingSources extends Sources {
  readonly batch: number;
  /** Multipliers for the dropout node `index`, null to leave dropout out. */
  dropoutMask(index: number, p: number, shape: readonly number[]): Tensor | null;
  /** Numbers for the noise node `index`, null for their mean. */
  noise(index: number, distribution: NoiseDistribution, shape: readonly number[]): Tensor | null;
  /** Takes a buffer's next value; null where running statistics stay as they are. */
  readonly updateStatistic: ((name: string, next: Tensor) => void) | null;
}

function reshapeTarget(shape: Shape, batch: number | null): number[] {
  if (batch !== null) return sizesOf(shape, batch);
  const target = shape.map((dimension) => (typeof dimension === 'number' ? dimension : -1));
  if (target.filter((size) => size === -1).length > 1) {
    fail('unsupported', 'A value whose batch size shows up on two axes cannot be exported with a batch of any size.');
  }
  return target;
}

function callOf<O extends Operator>(node: NodeOf<O>, inputs: Tensor[], emit: Emitter, sources: Sources): Call<O> {
  return {
    emit,
    node,
    attributes: node.attributes,
    inputs,
    shape: sizesOf(node.shape, sources.batch ?? NOMINAL_BATCH),
    target: node.operator === 'reshape' ? reshapeTarget(node.shape, sources.batch) : [],
    images: sources.images,
    batch: sources.batch,
    parameter(role) {
      const name = node.parameters[role];
      return name === undefined ? undefined : sources.state(name, role);
    },
  };
}

function readValues(values: ReadonlyMap<number, Tensor>, node: NetworkNode): Tensor[] {
  return node.inputs.map((input) => present(values.get(input), `value ${input}`));
}

function evaluateNode<O extends Operator>(node: NodeOf<O>, inputs: Tensor[], emit: Emitter, sources: Sources): Tensor {
  return rules[node.operator].evaluate(callOf(node, inputs, emit, sources));
}

function scopeOf({ index, node }: IndexedNode): string {
  return node.module ?? `${node.operator}_${index}`;
}

/** Emits the network in evaluation mode and returns its output. */
export function emitEvaluation(network: Network, emit: Emitter, sources: Sources): Tensor {
  const values = new Map([[0, sources.images]]);
  for (const live of liveNodes(network, { statistics: false })) {
    emit.builder.scope(scopeOf(live));
    values.set(live.index + 1, evaluateNode(live.node, readValues(values, live.node), emit, sources));
  }
  emit.builder.scope('');
  return present(values.get(network.output), `value ${network.output}`);
}

interface Step extends IndexedNode {
  readonly differentiable: Differentiable;
  readonly needs: readonly boolean[];
}

function trainNode<O extends Operator>(
  node: NodeOf<O>,
  index: number,
  inputs: Tensor[],
  needs: readonly boolean[],
  emit: Emitter,
  sources: TrainingSources,
): Differentiable {
  const { updateStatistic } = sources;
  return rules[node.operator].train({
    ...callOf(node, inputs, emit, sources),
    needs,
    dropoutMask: (p, shape) => sources.dropoutMask(index, p, shape),
    noise: (distribution, shape) => sources.noise(index, distribution, shape),
    updatesStatistics: updateStatistic !== null,
    updateStatistic(role, next) {
      const name = node.parameters[role];
      if (name !== undefined) updateStatistic?.(name, next);
    },
  });
}

/** A gradient collected over every use of a value or parameter. */
function accumulate<K>(totals: Map<K, Tensor>, key: K, gradient: Tensor, emit: Emitter): void {
  const known = totals.get(key);
  totals.set(key, known === undefined ? gradient : emit.add(known, gradient));
}

export interface ForwardPass {
  readonly output: Tensor;
  /** Emits the backward pass; gradients by parameter name, only of parameters that the output depends on. */
  backward(outputGradient: Tensor): Map<string, Tensor>;
}

/** Emits the network in training mode. */
export function emitTraining(network: Network, emit: Emitter, sources: TrainingSources): ForwardPass {
  const values = new Map([[0, sources.images]]);
  const flowing = valuesWithGradient(network);
  const frozen = frozenParameters(network);
  const wanted = valuesBehindOutput(network);
  const steps: Step[] = [];
  for (const live of liveNodes(network, { statistics: sources.updateStatistic !== null })) {
    const { index, node } = live;
    emit.builder.scope(`forward/${scopeOf(live)}`);
    const needs = node.inputs.map((input) => flowing.has(input));
    const differentiable = trainNode(node, index, readValues(values, node), needs, emit, sources);
    values.set(index + 1, differentiable.output);
    if (wanted.has(index + 1) && flowing.has(index + 1)) steps.push({ index, node, differentiable, needs });
  }
  emit.builder.scope('');
  return {
    output: present(values.get(network.output), `value ${network.output}`),
    backward(outputGradient) {
      const byValue = new Map([[network.output, outputGradient]]);
      const byParameter = new Map<string, Tensor>();
      for (const step of steps.reverse()) {
        const dy = byValue.get(step.index + 1);
        if (dy === undefined) continue;
        emit.builder.scope(`backward/${scopeOf(step)}`);
        const gradients = step.differentiable.backward(dy);
        for (const [place, input] of step.node.inputs.entries()) {
          const gradient = gradients.inputs[place];
          if (gradient && step.needs[place] === true) accumulate(byValue, input, gradient, emit);
        }
        accumulateParameters(byParameter, step.node.parameters, gradients, frozen, emit);
      }
      emit.builder.scope('');
      return byParameter;
    },
  };
}

function accumulateParameters(
  totals: Map<string, Tensor>,
  names: NodeParameters,
  gradients: Gradients,
  frozen: ReadonlySet<string>,
  emit: Emitter,
): void {
  for (const role of ['weight', 'bias'] as const) {
    const name = names[role];
    const gradient = gradients[role];
    if (name !== undefined && gradient !== undefined && !frozen.has(name)) accumulate(totals, name, gradient, emit);
  }
}
