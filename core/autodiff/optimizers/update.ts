/** The last part of a training graph: from gradients to the next weights, and their moving average. */
import type { Emitter, Tensor } from '../emitter.ts';
import type { CoefficientName } from '../graph.ts';
import type { StateInputs } from '../state-inputs.ts';
import { adam, adamw } from './adam.ts';
import { clipped } from './clipping.ts';
import { muon } from './muon.ts';
import type { OptimizerName, OptimizerOptions } from './options.ts';
import { towards, type UpdateRule } from './rule.ts';
import { sgd } from './sgd.ts';

const rules: { readonly [O in OptimizerName]: UpdateRule } = { sgd, adam, adamw, muon };

export interface UpdateInputs {
  readonly learningRate: Tensor;
  /** Declares a coefficient when it is first asked for. */
  coefficient(name: CoefficientName): Tensor;
}

/** The options by which a parameter of this shape is updated; Muon leaves what is no matrix to another rule. */
function optionsFor(options: OptimizerOptions, axes: number): OptimizerOptions & { readonly rate: number } {
  if (options.optimizer !== 'muon' || axes >= (options.muonTakes === 'filters' ? 3 : 2)) return { ...options, rate: 1 };
  // Nesterov's momentum as for Muon itself, which PyTorch defines without dampening.
  const nesterov = options.momentum > 0;
  return { ...options, optimizer: options.muonOthers, nesterov, dampening: 0, rate: options.othersRate };
}

/** Weights and running statistics averaged: average += share (value - average), the share being 1 in the first step. */
function emitAverages(emit: Emitter, states: StateInputs, share: Tensor): void {
  for (const { role, state, next } of states.changed()) {
    if (role !== 'parameter' && role !== 'statistic') continue;
    // The number of batches seen is a count, not a value to average.
    if (states.typeOf(state) !== 'float32') continue;
    states.update(state, 'average', towards(emit, states.carried('average', state), next, share));
  }
}

/** Gives every parameter with a gradient its next value. `gradients`: by parameter name. */
export function emitUpdate(
  emit: Emitter,
  gradients: ReadonlyMap<string, Tensor>,
  options: OptimizerOptions,
  states: StateInputs,
  inputs: UpdateInputs,
): void {
  for (const [name, gradient] of clipped(emit, gradients, options)) {
    const weight = states.read(name, 'weight');
    const own = optionsFor(options, weight.shape.length);
    const { learningRate } = inputs;
    const next = rules[own.optimizer]({
      emit,
      options: own,
      weight,
      gradient,
      learningRate: own.rate === 1 ? learningRate : emit.multiply(learningRate, emit.scalar(own.rate)),
      weightDecay: own.decayed === 'all' || weight.shape.length > 1 ? own.weightDecay : 0,
      moment: (role) => states.carried(role, name),
      keep: (role, value) => states.update(name, role, value),
      coefficient: inputs.coefficient,
    });
    states.update(name, 'parameter', next);
  }
  if (options.averaging > 0) emitAverages(emit, states, inputs.coefficient('averageShare'));
}
