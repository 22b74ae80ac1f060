/** Graph inputs for weights and buffers, declared when a node first reads them. */
import type { Network } from '../network/ir.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import type { Tensor } from './emitter.ts';
import type { NextStateOutput, StateInput } from './graph.ts';
import { isBufferRole, present, stateShapes } from './network-parts.ts';
import type { ParameterRole } from './rule.ts';

/** What optimizers keep of a parameter, and averages of parameters and buffers. */
type CarriedRole = Exclude<StateInput['role'], 'parameter' | 'statistic'>;

export interface StateInputs {
  /** The current tensor of a parameter or buffer: the input, or what {@link update} last gave it. */
  read(name: string, role: ParameterRole): Tensor;
  /** A further tensor of the shape of a parameter or buffer that is carried from step to step. */
  carried(role: CarriedRole, name: string): Tensor;
  /** Every state that {@link update} was called for, with the value it was given last. */
  changed(): { readonly role: StateInput['role']; readonly state: string; readonly next: Tensor }[];
  /** Element type of a parameter or buffer. */
  typeOf(name: string): 'float32' | 'int64';
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
  const updated = new Map<string, { role: StateInput['role']; state: string; next: Tensor }>();

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
    carried: read,
    changed: () => [...updated.values()],
    typeOf: (name) => present(shapes.get(name), `the parameter ${name}`).type,
    update(name, role, next) {
      updated.set(key(role, name), { role, state: name, next });
      current.set(key(role, name), next);
    },
    finish() {
      const outputs: NextStateOutput[] = [];
      const inputs = [...declared.values()].map((input): StateInput => {
        const next = updated.get(input.name)?.next;
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
