/** Builds an ONNX graph node by node: unique readable names, constants stored once, dead nodes left out. */
import {
  type Attribute,
  encodeModel,
  type OnnxInitializer,
  type OnnxNode,
  type OnnxValue,
  type TensorType,
} from './model.ts';

/** Attributes by name. Use {@link float} and {@link floats} for floating-point ones: a bare number is an integer. */
export type Attributes = Readonly<Record<string, number | string | readonly number[] | Attribute>>;

export function float(value: number): Attribute {
  return { kind: 'float', value };
}

export interface GraphBuilder {
  /** Declares a graph input and returns its name. @throws RangeError when the name is taken. */
  input(name: string, type: TensorType, shape: readonly (number | string)[]): string;
  /** Adds a node with one output and returns the output's name. */
  node(operator: string, inputs: readonly string[], attributes?: Attributes): string;
  /** Adds a node with `count` outputs and returns their names. */
  nodes(operator: string, inputs: readonly string[], count: number, attributes?: Attributes): string[];
  /** A float32 constant; equal constants are stored once. */
  floats(values: Float32Array | readonly number[], shape: readonly number[]): string;
  /** A float64 constant. */
  doubles(values: readonly number[], shape: readonly number[]): string;
  /** An int64 constant, as axes, sizes and indices are given. */
  integers(values: readonly number[], shape?: readonly number[]): string;
  /** An initializer of its own under its own name: a weight of an exported model, or one that a node overwrites. */
  initializer(name: string, values: Float32Array, shape: readonly number[]): string;
  /** Declares a graph output of that name with the value of `value`. */
  output(name: string, value: string, type: TensorType, shape: readonly (number | string)[]): void;
  /** Nodes made from now on are named `scope/Operator`. */
  scope(name: string): void;
  /** The given inputs in the order in which they were declared. */
  inputOrder<T extends { readonly name: string }>(inputs: readonly T[]): T[];
  /** The model's bytes. */
  build(name: string, description: string): Uint8Array;
}

function attributeOf(value: number | string | readonly number[] | Attribute): Attribute {
  if (typeof value === 'number') return { kind: 'int', value };
  if (typeof value === 'string') return { kind: 'string', value };
  if ('kind' in value) return value;
  return { kind: 'ints', value };
}

/** Little-endian bytes of the elements; every platform we run on is little-endian. */
function bytesOf(values: Float32Array | Float64Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Tells constants apart quickly; equal ones have equal sums (FNV-1a). */
function checksum(data: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (const byte of data) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum >>> 0;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Nodes that an output depends on, in their order. */
function reachable(nodes: readonly OnnxNode[], outputs: readonly OnnxValue[]): OnnxNode[] {
  const wanted = new Set(outputs.map((output) => output.name));
  const kept: OnnxNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    kept.push(node);
    for (const input of node.inputs) wanted.add(input);
  }
  return kept.reverse();
}

/** Gives the values behind graph outputs the outputs' names; where one cannot be renamed, an Identity node copies it. */
function nameOutputs(
  nodes: readonly OnnxNode[],
  sources: readonly { readonly name: string; readonly value: string }[],
): OnnxNode[] {
  const produced = new Set(nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: OnnxNode[] = [];
  for (const { name, value } of sources) {
    if (produced.has(value) && !renamed.has(value)) renamed.set(value, name);
    else copies.push({ name, operator: 'Identity', inputs: [value], outputs: [name], attributes: {} });
  }
  const rename = (name: string): string => renamed.get(name) ?? name;
  return [...nodes, ...copies].map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
}

/** An empty graph. */
export function createGraphBuilder(): GraphBuilder {
  const taken = new Set<string>(['']);
  /** The number that a name was last made unique by: names are never given back, so lower ones stay taken. */
  const lastNumber = new Map<string, number>();
  /** By type, shape and checksum. */
  const constants = new Map<string, readonly OnnxInitializer[]>();
  let constantCount = 0;
  const nodes: OnnxNode[] = [];
  const initializers: OnnxInitializer[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  const sources: { readonly name: string; readonly value: string }[] = [];
  let prefix = '';

  function claim(name: string): string {
    if (taken.has(name)) throw new RangeError(`The name ${name} is taken in this graph.`);
    taken.add(name);
    return name;
  }

  function unique(name: string): string {
    if (!taken.has(name)) return claim(name);
    let number = lastNumber.get(name) ?? 0;
    let result: string;
    do result = `${name}_${++number}`;
    while (taken.has(result));
    lastNumber.set(name, number);
    return claim(result);
  }

  function constant(type: TensorType, data: Uint8Array, shape: readonly number[]): string {
    const key = `${type} ${shape.join(',')} ${checksum(data)}`;
    const alike = constants.get(key) ?? [];
    const known = alike.find((each) => sameBytes(each.data, data));
    if (known !== undefined) return known.name;
    const made = { name: unique(`constant_${constantCount++}`), type, shape, data };
    constants.set(key, [...alike, made]);
    initializers.push(made);
    return made.name;
  }

  function addNodes(operator: string, from: readonly string[], count: number, attributes: Attributes): string[] {
    const name = unique(prefix === '' ? operator : `${prefix}/${operator}`);
    const results = Array.from({ length: count }, (_, i) =>
      unique(count === 1 ? `${name}_output` : `${name}_output_${i}`),
    );
    nodes.push({
      name,
      operator,
      inputs: from,
      outputs: results,
      attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, attributeOf(value)])),
    });
    return results;
  }

  return {
    input(name, type, shape) {
      inputs.push({ name: claim(name), type, shape });
      return name;
    },
    node(operator, from, attributes = {}) {
      const [result] = addNodes(operator, from, 1, attributes);
      return result ?? '';
    },
    nodes(operator, from, count, attributes = {}) {
      return addNodes(operator, from, count, attributes);
    },
    floats(values, shape) {
      return constant('float32', bytesOf(Float32Array.from(values)), shape);
    },
    doubles(values, shape) {
      return constant('float64', bytesOf(Float64Array.from(values)), shape);
    },
    integers(values, shape = [values.length]) {
      return constant('int64', bytesOf(BigInt64Array.from(values, (value) => BigInt(value))), shape);
    },
    initializer(name, values, shape) {
      initializers.push({ name: unique(name), type: 'float32', shape, data: bytesOf(values) });
      return initializers.at(-1)?.name ?? name;
    },
    output(name, value, type, shape) {
      outputs.push({ name: claim(name), type, shape });
      sources.push({ name, value });
    },
    scope(name) {
      prefix = name;
    },
    inputOrder(given) {
      const order = new Map(inputs.map((input, i) => [input.name, i]));
      return given.toSorted((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
    },
    build(name, description) {
      const live = reachable(nameOutputs(nodes, sources), outputs);
      const read = new Set(live.flatMap((node) => node.inputs));
      return encodeModel({
        name,
        description,
        nodes: live,
        initializers: initializers.filter((initializer) => read.has(initializer.name)),
        inputs,
        outputs,
      });
    },
  };
}
