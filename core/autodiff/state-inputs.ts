/** Graph inputs for weights and buffers, declared when a node first reads them. */
import type { Network } from '../network/ir.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import type { Tensor } from './emitter.ts';
import type { NextStateOutput, StateInput } from './graph.ts';
import { isBufferRole, present, stateShapes } from './network-parts.ts';
import type { ParameterRole } from './rule.ts';

export interface StateInputs {
  /** The current tensor of a parameter or buffer: the input, or what {@link update} last gave it. */
  read(name: string, role: ParameterRole): Tensor;
  /** Declares the velocity of a parameter. */
  velocity(name: string): Tensor;
  /** Gives a state its value for the next step. */
  update(name: string, role: StateInput['role'], next: Tensor): void;
  /** Declares the outputs that hold next values; call once, at the end. */
  finish(): { inputs: StateInput[]; outputs: NextStateOutput[] };
}

function key(role: StateInput['role'], name: string): string {
  return `${role}:${name}`;
}

export function createStateInputs(network: Network, builder: GraphBuilder): StateInputs {
  const shapes = stateShapes(network);
  const declared = new Map<string, Omit<StateInput, 'next'>>();
  const current = new Map<string, Tensor>();
  const updated = new Map<string, Tensor>();

  function read(role: StateInput['role'], state: string): Tensor {
    const name = key(role, state);
    const known = current.get(name);
    if (known !== undefined) return known;
    const { shape, type } = present(shapes.get(state), `the parameter ${state}`);
    const tensor = { name: builder.input(name, type, shape), shape };
    declared.set(name, { role, state, name, type, shape });
    current.set(name, tensor);
    return tensor;
  }

  return {
    read: (name, role) => read(isBufferRole(role) ? 'statistic' : 'parameter', name),
    velocity: (name) => read('momentum', name),
    update(name, role, next) {
      updated.set(key(role, name), next);
      current.set(key(role, name), next);
    },
    finish() {
      const outputs: NextStateOutput[] = [];
      const inputs = [...declared.values()].map((input): StateInput => {
        const next = updated.get(input.name);
        if (next === undefined) return { ...input, next: null };
        const name = `next:${input.name}`;
        builder.output(name, next.name, input.type, input.shape);
        outputs.push({ role: input.role, state: input.state, name, type: input.type, shape: input.shape });
        return { ...input, next: name };
      });
      return { inputs, outputs };
    },
  };
}
