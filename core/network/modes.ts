/**
 * Training and evaluation of one network. Forward is followed in both modes; where they differ, the network has a value
 * for each, and `byMode` chooses. A graph is built for one mode: what only the other needs is left out.
 */
import { commonSequence } from '../common-sequence.ts';
import { sameShape } from './dimensions.ts';
import type { Network, NetworkNode, Shape } from './ir.ts';

export type Mode = 'training' | 'evaluation';

/** What forward did in one mode; values are numbered as in a network. */
export interface Trace {
  readonly input: Shape;
  readonly nodes: readonly NetworkNode[];
  readonly output: number;
}

/** Values that some value needs, itself included. */
export function neededValues(nodes: readonly NetworkNode[], output: number): Set<number> {
  const needed = new Set<number>([output]);
  for (let value = nodes.length; value > 0; value--) {
    const node = nodes[value - 1];
    if (node !== undefined && needed.has(value)) for (const input of node.inputs) needed.add(input);
  }
  return needed;
}

/** Only what the output needs, numbered anew. */
export function pruned<T extends Pick<Trace, 'nodes' | 'output'>>(trace: T): T {
  const needed = neededValues(trace.nodes, trace.output);
  const numbers = new Map<number, number>([[0, 0]]);
  const nodes: NetworkNode[] = [];
  trace.nodes.forEach((node, index) => {
    if (!needed.has(index + 1)) return;
    nodes.push({ ...node, inputs: node.inputs.map((value) => numbers.get(value) ?? 0) });
    numbers.set(index + 1, nodes.length);
  });
  return { ...trace, nodes, output: numbers.get(trace.output) ?? 0 };
}

/** Longest table of numbers that is compared number by number; longer ones by a digest of 64 bits. */
const longestTable = 64;

/** A digest of numbers: two sums of FNV's form over their bits. */
function digest(values: readonly number[]): string {
  const bits = new Uint32Array(Float64Array.from(values).buffer);
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (const word of bits) {
    a = Math.imul(a ^ word, 0x01000193);
    b = Math.imul(b ^ word, 0x85ebca6b) ^ (b >>> 15);
  }
  return `${values.length}:${a >>> 0}:${b >>> 0}`;
}

/** All that makes two operations alike, apart from what they read. */
function print({ operator, attributes, parameters, shape }: NetworkNode): string {
  const short = (_key: string, value: unknown): unknown =>
    Array.isArray(value) && value.length > longestTable && value.every((each) => typeof each === 'number')
      ? digest(value)
      : value;
  return JSON.stringify([operator, attributes, parameters, shape], short);
}

/** Gives equal values of evaluation one class: dropout passes its input on, products with ones and sums with zeros too. */
function evaluationClasses(input: Shape) {
  /** Of each class. */
  const shapes: Shape[] = [input];
  const known = new Map<string, number>();
  /** Classes of values that are one number everywhere. */
  const numbers = new Map<number, number>();
  const fresh = (text: string, shape: Shape): number => {
    const found = known.get(text);
    if (found !== undefined) return found;
    known.set(text, shapes.length);
    return shapes.push(shape) - 1;
  };
  const everywhere = (node: NetworkNode, inputs: readonly number[]): number | undefined => {
    const first = numbers.get(inputs[0] ?? -1);
    switch (node.operator) {
      case 'constant':
        return node.attributes.values.length === 1 ? node.attributes.values[0] : undefined;
      case 'expand':
      case 'reshape':
        return first;
      case 'affine':
        return first === undefined ? undefined : first * node.attributes.scale + node.attributes.shift;
      default:
        return undefined;
    }
  };
  /** The input that an operation passes on in evaluation, undefined where it makes something new. */
  const passedOn = (node: NetworkNode, inputs: readonly number[]): number | undefined => {
    const [a = 0, b = 0] = inputs;
    const same = (at: number) => sameShape(shapes[at] ?? [], node.shape);
    switch (node.operator) {
      case 'dropout':
        return a;
      case 'reshape':
        return same(a) ? a : undefined;
      case 'affine':
        return node.attributes.scale === 1 && node.attributes.shift === 0 ? a : undefined;
      case 'multiply':
        if (numbers.get(b) === 1 && same(a)) return a;
        return numbers.get(a) === 1 && same(b) ? b : undefined;
      case 'divide':
        return numbers.get(b) === 1 && same(a) ? a : undefined;
      case 'byMode':
        return b;
      default:
        return undefined;
    }
  };
  return (node: NetworkNode, inputs: readonly number[]): number => {
    const passed = passedOn(node, inputs);
    if (passed !== undefined) return passed;
    const value = fresh(`${print(node)}<${inputs.join()}`, node.shape);
    const number = everywhere(node, inputs);
    if (number !== undefined) numbers.set(value, number);
    return value;
  };
}

/**
 * One list of operations for both modes. Operations that both modes have are one; where one reads different values, or
 * gives them back, `byMode` stands before it. Where evaluation follows from training (dropout alone tells them apart),
 * training's operations are all.
 */
export function joinModes(training: Trace, evaluation: Trace): Trace {
  const [first, second] = [pruned(training), pruned(evaluation)];
  const classOf = evaluationClasses(training.input);
  const nodes: NetworkNode[] = [];
  const classes: number[] = [0];
  /** Values of each mode in the joined list. */
  const [trained, evaluated] = [new Map([[0, 0]]), new Map([[0, 0]])];
  const chosen = new Map<string, number>();
  const made = new Map<string, number>();
  const add = (node: NetworkNode, inputs: readonly number[]): number => {
    // Noise is drawn for each place that asks for it.
    const key = `${print(node)}<${inputs.join()}`;
    const unique = node.operator === 'noise' || node.operator === 'dropout';
    const found = unique ? undefined : made.get(key);
    if (found !== undefined) return found;
    nodes.push({ ...node, inputs });
    classes.push(
      classOf(
        node,
        inputs.map((value) => classes[value] ?? 0),
      ),
    );
    made.set(key, nodes.length);
    return nodes.length;
  };
  const shapeOf = (value: number): Shape => (value === 0 ? training.input : (nodes[value - 1]?.shape ?? []));
  const choose = (a: number, b: number): number => {
    if (classes[a] === classes[b]) return a;
    const key = `${a},${b}`;
    const found = chosen.get(key);
    if (found !== undefined) return found;
    const place = nodes[Math.max(a, b) - 1]?.place ?? null;
    const node = { operator: 'byMode', attributes: {}, parameters: {}, module: null, place } as const;
    const value = add({ ...node, inputs: [a, b], shape: shapeOf(a) }, [a, b]);
    chosen.set(key, value);
    return value;
  };
  const read = (node: NetworkNode, values: ReadonlyMap<number, number>) =>
    node.inputs.map((value) => values.get(value) ?? 0);
  const alone = (trace: Trace, values: Map<number, number>, index: number) => {
    const node = trace.nodes[index];
    if (node !== undefined) values.set(index + 1, add(node, read(node, values)));
  };
  const kept = commonSequence(first.nodes.map(print), second.nodes.map(print));
  let [row, column] = [0, 0];
  for (const [i, j] of [...kept, [first.nodes.length, second.nodes.length] as const]) {
    for (; row < i; row++) alone(first, trained, row);
    for (; column < j; column++) alone(second, evaluated, column);
    const [a, b] = [first.nodes[i], second.nodes[j]];
    if (a === undefined || b === undefined) break;
    const [left, right] = [read(a, trained), read(b, evaluated)];
    const fits = left.every((value, at) => sameShape(shapeOf(value), shapeOf(right[at] ?? 0)));
    if (fits) {
      const both = add(
        a,
        left.map((value, at) => choose(value, right[at] ?? 0)),
      );
      trained.set(i + 1, both);
      evaluated.set(j + 1, both);
    } else {
      alone(first, trained, i);
      alone(second, evaluated, j);
    }
    [row, column] = [i + 1, j + 1];
  }
  const output = choose(trained.get(first.output) ?? 0, evaluated.get(second.output) ?? 0);
  if (!nodes.some(({ operator }) => operator === 'byMode')) return first;
  return pruned({ input: training.input, nodes, output });
}

/** In place of an operation that only the other mode needs: nobody reads it. */
const left: NetworkNode = {
  operator: 'constant',
  attributes: { values: [0] },
  inputs: [],
  parameters: {},
  shape: [],
  module: null,
  place: null,
};

/**
 * The network in one mode; the network itself where both are the same. Operations keep their numbers, by which their
 * random streams are keyed; those that only the other mode needs are no longer there.
 */
export function networkIn(network: Network, mode: Mode): Network {
  if (!network.nodes.some(({ operator }) => operator === 'byMode')) return network;
  const stands = new Map<number, number>();
  const nodes = network.nodes.map((node, index) => {
    const inputs = node.inputs.map((value) => stands.get(value) ?? value);
    if (node.operator === 'byMode') stands.set(index + 1, inputs[mode === 'training' ? 0 : 1] ?? 0);
    return { ...node, inputs };
  });
  const output = stands.get(network.output) ?? network.output;
  const needed = neededValues(nodes, output);
  return { ...network, nodes: nodes.map((node, index) => (needed.has(index + 1) ? node : left)), output };
}
