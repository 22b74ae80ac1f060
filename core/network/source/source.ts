/**
 * A network as PyTorch source that a person could have written: layers registered under short names, forward line by
 * line. It reads back to the same network: the same hash.
 */
import { sameShape } from '../dimensions.ts';
import type { Dimension, Network, NetworkNode, NodeOf, NodeParameters, Operator, Shape } from '../ir.ts';
import { shapeOfValue } from '../ir.ts';
import { operators } from '../operators.ts';
import { printNode } from './expressions.ts';
import { drawText, registerLayers } from './modules.ts';
import { levelOf, levels } from './precedence.ts';
import { callText, floatText, listText, tupleText } from './python-text.ts';
import { type RecurrentCall, recurrentCalls } from './recurrent-layers.ts';

export interface SourceOptions {
  /** Name of the class. */
  readonly className?: string;
}

/** How a value is written where it is read. */
interface Written {
  readonly text: string;
  /** How tightly it binds (levels). */
  readonly level: number;
  readonly mask: boolean;
  /** Values in variables that the text names. */
  readonly variables: ReadonlySet<number>;
}

const indent = ' '.repeat(8);
/** Longest expression that is written inside another. */
const longest = 72;

function isLiteral(network: Network, node: NetworkNode): boolean {
  if (node.operator === 'expand') return network.nodes[(node.inputs[0] ?? 0) - 1]?.operator === 'constant';
  return node.operator === 'parameter' || node.operator === 'buffer' || node.operator === 'constant';
}

/** A network as source, and where its weights are found there. */
export interface PrintedNetwork {
  /** Imports included. */
  readonly source: string;
  /**
   * Which parameter or buffer of the network stands under each name of the source's state_dict; a shared one stands under
   * several. A direction of a recurrent layer that the network never reads has none.
   */
  readonly origins: ReadonlyMap<string, string>;
}

/** The source of a network, imports included: every name and word in it is ours, only numbers are the network's. */
export function networkSource(network: Network, options: SourceOptions = {}): string {
  return printNetwork(network, options).source;
}

export function printNetwork(network: Network, options: SourceOptions = {}): PrintedNetwork {
  const registry = registerLayers(network);
  const calls = recurrentCalls(network, registry);
  const attributes = ownAttributes(network, registry.parameters, registry.fresh);
  const forward = forwardLines(network, { ...attributes, layerOf: registry.layerOf, calls });
  const init = [
    ...registry.layers.flatMap(({ name, construction, extra }) => [`self.${name} = ${construction}`, ...extra]),
    ...attributes.lines,
  ];
  const body = [...init, ...forward].join('\n');
  const imports = [
    'import torch',
    'import torch.nn as nn',
    ...(/\bF\./.test(body) ? ['import torch.nn.functional as F'] : []),
  ];
  const source = [
    ...imports,
    '',
    '',
    `class ${options.className ?? 'Net'}(nn.Module):`,
    '    def __init__(self):',
    `${indent}super().__init__()`,
    ...init.map((line) => `${indent}${line}`),
    '',
    '    def forward(self, x):',
    ...forward.map((line) => `${indent}${line}`),
    '',
  ].join('\n');
  const targets = [...attributes.named, ...registry.shared];
  return { source, origins: new Map(targets.map(([name, target]) => [target.replace(/^self\./, ''), name])) };
}

interface Attributes {
  readonly lines: string[];
  /** `self.weight1` for parameters and buffers. */
  readonly named: ReadonlyMap<string, string>;
  /** `self.table1` for known numbers, by their values and shape. */
  readonly tables: ReadonlyMap<string, string>;
}

function tableKey(values: readonly number[], shape: Shape): string {
  return JSON.stringify([shape, values]);
}

function sizesOf(shape: Shape): string[] {
  return shape.map((size) => (typeof size === 'number' ? String(size) : '1'));
}

function tableText(values: readonly number[], shape: Shape): string {
  const numbers = `torch.tensor(${listText(values, indent)})`;
  return shape.length === 1 ? numbers : `${numbers}.reshape(${sizesOf(shape).join(', ')})`;
}

/** Parameters, buffers and tables that belong to no layer. */
function ownAttributes(
  network: Network,
  ofLayers: ReadonlyMap<string, string>,
  fresh: (kind: string) => string,
): Attributes {
  const named = new Map(ofLayers);
  const tables = new Map<string, string>();
  const lines: string[] = [];
  const read = new Set(network.nodes.flatMap(({ parameters }) => Object.values(parameters)));
  for (const { name, shape, initializer, trainable } of network.parameters) {
    if (named.has(name) || !read.has(name)) continue;
    const attribute = fresh('weight');
    named.set(name, `self.${attribute}`);
    const frozen = trainable === false ? ', requires_grad=False' : '';
    const sizes = shape.length === 0 ? '()' : shape.join(', ');
    const constant = initializer.kind === 'constant' ? initializer.value : null;
    let made = `torch.empty(${sizes})`;
    if (constant === 0) made = `torch.zeros(${sizes})`;
    else if (constant === 1) made = `torch.ones(${sizes})`;
    else if (constant !== null) made = callText('torch.full', [tupleText(shape), floatText(constant)]);
    lines.push(`self.${attribute} = nn.Parameter(${made}${frozen})`);
    if (constant === null) lines.push(...drawText(`self.${attribute}`, initializer, shape));
  }
  for (const { name, shape, type, value } of network.buffers) {
    if (named.has(name) || !read.has(name)) continue;
    const attribute = fresh('buffer');
    named.set(name, `self.${attribute}`);
    const sizes = shape.length === 0 ? '()' : shape.join(', ');
    const made =
      typeof value === 'number'
        ? callText('torch.full', [tupleText(shape), floatText(value)])
        : tableText(value, shape);
    lines.push(
      `self.register_buffer('${attribute}', ${sizes === '()' && typeof value === 'number' ? `torch.tensor(${floatText(value)})` : made}${type === 'int64' ? '.long()' : ''})`,
    );
  }
  for (const node of network.nodes) {
    if (node.operator !== 'constant') continue;
    const { values } = node.attributes;
    const key = tableKey(values, node.shape);
    if (tables.has(key) || node.shape.length === 0) continue;
    const attribute = fresh('table');
    tables.set(key, `self.${attribute}`);
    lines.push(`self.register_buffer('${attribute}', ${tableText(values, node.shape)}, persistent=False)`);
  }
  return { lines, named, tables };
}

interface Surroundings extends Attributes {
  layerOf(node: NetworkNode): string | null;
  readonly calls: readonly RecurrentCall[];
}

function forwardLines(network: Network, around: Surroundings): string[] {
  const uses = new Map<number, number>([[network.output, 1]]);
  for (const { inputs } of network.nodes) for (const input of inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  const written = new Map<number, Written>();
  const names = new Map<number, string>();
  const lines: string[] = [];
  let counts = false;
  const dimension = (size: Dimension): string => {
    if (typeof size === 'number') return String(size);
    counts = true;
    return size.batch === 1 ? 'n' : `${size.batch} * n`;
  };

  const variable = (value: number, name: string, mask: boolean): void => {
    names.set(value, name);
    written.set(value, { text: name, level: levels.atom, mask, variables: new Set([value]) });
  };
  const freeName = (dead: Iterable<number>): string => {
    const gone = new Set(dead);
    const held = new Set([...names].filter(([value]) => !gone.has(value)).map(([, name]) => name));
    for (const value of gone) {
      const name = names.get(value);
      if (name !== undefined && !held.has(name)) return name;
    }
    const live = new Set(names.values());
    const pool = ['x', 'y', 'z', 'u', 'v', 'w'];
    for (let i = 1; ; i++) {
      const found = pool.find((name) => !live.has(name));
      if (found !== undefined) return found;
      pool.push(`x${i}`);
    }
  };
  const spend = (inputs: readonly number[]) => {
    for (const input of inputs) uses.set(input, (uses.get(input) ?? 1) - 1);
  };
  const dead = (variables: ReadonlySet<number>) => [...variables].filter((value) => (uses.get(value) ?? 0) <= 0);
  const assign = (value: number, text: string, mask: boolean, variables: ReadonlySet<number>): void => {
    const gone = dead(variables);
    const name = freeName(gone);
    for (const each of gone) names.delete(each);
    lines.push(`${name} = ${text}`);
    variable(value, name, mask);
  };

  variable(0, 'x', false);
  network.nodes.forEach((node, index) => {
    const value = index + 1;
    const call = around.calls.find(({ nodes }) => nodes.has(index));
    if (call !== undefined) {
      writeCall(call, index, { network, written, uses, spend, assign, names, lines, freeName, dead, variable });
      return;
    }
    const inputs = node.inputs.map((input) => written.get(input));
    const variables = new Set(inputs.flatMap((each) => [...(each?.variables ?? [])]));
    const text = printOne(network, node, inputs, around, dimension);
    spend(node.inputs);
    const mask = isMask(node, inputs);
    if (value === network.output) {
      lines.push(`return ${text}`);
      return;
    }
    const result: Written = {
      text,
      level: changesNothing(network, node) ? (inputs[0]?.level ?? levels.atom) : levelOf(node, text),
      mask,
      variables,
    };
    if (isLiteral(network, node) || staysInside(network, index, uses, text)) written.set(value, result);
    else assign(value, text, mask, variables);
  });
  return counts ? ['n = x.size(0)', ...lines] : lines;
}

function isMask(node: NetworkNode, inputs: readonly (Written | undefined)[]): boolean {
  if (node.operator === 'compare') return true;
  const all = inputs.length > 0 && inputs.every((each) => each?.mask === true);
  if (node.operator === 'affine') return all && node.attributes.scale === -1 && node.attributes.shift === 1;
  return all && operators[node.operator].keepsMask;
}

/** Whether a node gives what it got: 1 x + 0, a reshape to the same sizes. */
function changesNothing(
  network: Network,
  node: Pick<NetworkNode, 'operator' | 'attributes' | 'inputs' | 'shape'>,
): boolean {
  if (node.operator === 'reshape') return sameShape(shapeOfValue(network, node.inputs[0] ?? 0), node.shape);
  return (
    'scale' in node.attributes &&
    'shift' in node.attributes &&
    node.attributes.scale === 1 &&
    node.attributes.shift === 0
  );
}

/** Whether a value is written inside the expression that alone reads it: the next one, and not too long. */
function staysInside(network: Network, index: number, uses: ReadonlyMap<number, number>, text: string): boolean {
  if (text.length > longest || uses.get(index + 1) !== 1) return false;
  for (let next = index + 1; next < network.nodes.length; next++) {
    const node = network.nodes[next];
    if (node === undefined || node.operator === 'recurrent') return false;
    if (node.inputs.includes(index + 1)) return true;
    if (!isLiteral(network, node)) return false;
  }
  return false;
}

function printOne<O extends Operator>(
  network: Network,
  node: NodeOf<O>,
  inputs: readonly (Written | undefined)[],
  around: Surroundings,
  dimension: (size: Dimension) => string,
): string {
  const raw = (place: number, level: number = levels.atom): string => {
    const found = inputs[place];
    if (found === undefined) return 'x';
    return found.level < level ? `(${found.text})` : found.text;
  };
  if (changesNothing(network, node)) return raw(0, 0);
  const shapes = new Map(network.parameters.map(({ name, shape }) => [name, shape]));
  const parameter = (role: keyof NodeParameters): string => {
    const name = node.parameters[role];
    return name === undefined ? 'None' : (around.named.get(name) ?? 'None');
  };
  return printNode({
    node,
    attributes: node.attributes,
    raw,
    input: (place, level) => (inputs[place]?.mask === true ? `${raw(place)}.float()` : raw(place, level)),
    isMask: (place) => inputs[place]?.mask === true,
    number(place) {
      const from = network.nodes[(node.inputs[place] ?? 0) - 1];
      if (from?.operator !== 'constant' || from.shape.length > 0) return null;
      return from.attributes.values[0] ?? null;
    },
    shape: (place) => shapeOfValue(network, node.inputs[place] ?? 0),
    layer: around.layerOf(node as NetworkNode),
    parameter,
    sizes: (role) => shapes.get(node.parameters[role] ?? '') ?? [],
    dimension,
    table: (values, shape) =>
      around.tables.get(tableKey(values, shape)) ?? `torch.tensor(${floatText(values[0] ?? 0)})`,
  });
}

interface Writer {
  readonly network: Network;
  readonly written: Map<number, Written>;
  readonly uses: Map<number, number>;
  readonly names: Map<number, string>;
  readonly lines: string[];
  spend(inputs: readonly number[]): void;
  assign(value: number, text: string, mask: boolean, variables: ReadonlySet<number>): void;
  freeName(dead: Iterable<number>): string;
  dead(variables: ReadonlySet<number>): number[];
  variable(value: number, name: string, mask: boolean): void;
}

/** Writes the call of a recurrent layer where its first node stands; the others are parts of what it gave. */
function writeCall(call: RecurrentCall, index: number, writer: Writer): void {
  const { network, written } = writer;
  const node = network.nodes[index];
  writer.spend(node?.inputs ?? []);
  if (index !== call.first) return;
  const states = call.states?.map((direction) => direction.map((state) => written.get(state)?.text ?? 'x')) ?? null;
  const stacked = (which: number) => {
    const parts = states?.map((direction) => direction[which] ?? 'x') ?? [];
    return parts.length === 1 ? `(${parts[0]}).unsqueeze(0)` : `torch.stack([${parts.join(', ')}])`;
  };
  const given = states === null ? '' : call.lstm ? `, (${stacked(0)}, ${stacked(1)})` : `, ${stacked(0)}`;
  const x = written.get(call.input)?.text ?? 'x';
  const wantsCell = [...call.nodes.values()].some(({ cell }) => cell);
  const wantsHidden = [...call.nodes.values()].some(({ cell }) => !cell);
  const live = new Set(writer.names.values());
  const name = (stem: string) => {
    let result = stem;
    for (let i = 1; live.has(result); i++) result = `${stem}${i}`;
    live.add(result);
    return result;
  };
  const output = name('y');
  const cells = wantsCell ? name('c') : '';
  writer.lines.push(
    `${wantsHidden ? output : '_'}, ${wantsCell ? `(_, ${cells})` : '_'} = ${call.layer}(${x}${given})`,
  );
  for (const [at, { reverse, cell }] of call.nodes) {
    const text = cell
      ? `${cells}[${call.both && reverse ? 1 : 0}]`
      : call.both
        ? `${output}[:, :, ${reverse ? `${call.hidden}:` : `:${call.hidden}`}]`
        : output;
    writer.names.set(at + 1, cell ? cells : output);
    written.set(at + 1, { text, level: levels.atom, mask: false, variables: new Set([at + 1]) });
  }
}
