/**
 * The canonical hash of what a network computes. Independent of names, of module or functional form, of operations
 * whose result is not used, of registered but unused layers, of the order of commutative inputs; Identity, Dropout(0)
 * and reshapes of reshapes vanish. Values of weights play no part, their initialisers do (they change a training).
 *
 * Colours: each node gets a digest of its operator, attributes, parameters and inputs; parameters get a digest of where
 * they are read, so that sharing a layer and repeating it differ; a second pass over the nodes takes those in.
 */
import { formatShape, sameShape } from './dimensions.ts';
import { type Network, type NetworkNode, type NodeOf, shapeOfValue } from './ir.ts';
import { operators } from './operators.ts';
import { sha256 } from './sha256.ts';

interface Simple {
  readonly operator: string;
  readonly attributes: string;
  readonly inputs: readonly number[];
  readonly parameters: readonly (readonly [role: string, name: string])[];
  readonly shape: string;
  /** Whether the order of its inputs says nothing. */
  readonly commutative: boolean;
}

/** Hexadecimal digits kept of a node's colour: 128 bits. */
const colourLength = 32;

/** As JSON, which writes every number that is not finite as null: here null is minus infinity, as of a mask, and no bound. */
function attributesText(attributes: unknown): string {
  return JSON.stringify(attributes, (_, value: unknown) =>
    value === Number.POSITIVE_INFINITY || Number.isNaN(value) ? String(value) : value,
  );
}

/** Rewrites that leave what is computed as it is; null removes the node in favour of its first input. */
function simplify(network: Network, node: NetworkNode): Pick<Simple, 'operator' | 'attributes'> | null {
  const input = shapeOfValue(network, node.inputs[0] ?? 0);
  const plain = { operator: node.operator, attributes: attributesText(node.attributes) };
  switch (node.operator) {
    case 'dropout':
      return node.attributes.p === 0 ? null : plain;
    case 'reshape':
      return sameShape(input, node.shape) ? null : plain;
    case 'permute':
      return node.attributes.order.every((axis, index) => axis === index) ? null : plain;
    case 'affine':
      return node.attributes.scale === 1 && node.attributes.shift === 0 ? null : plain;
    case 'relu6':
      return { operator: 'hardtanh', attributes: JSON.stringify({ min: 0, max: 6 }) };
    case 'adaptiveAvgPool2d': {
      const [height, width] = node.attributes.output;
      if (sameShape(input, node.shape)) return null;
      if (height !== 1 || width !== 1) return plain;
      return { operator: 'mean', attributes: JSON.stringify([2, 3]) };
    }
    case 'avgPool2d': {
      const { kernel, padding } = node.attributes;
      const whole = kernel[0] === input[2] && kernel[1] === input[3] && padding[0] === 0 && padding[1] === 0;
      return whole && node.attributes.divisor === null
        ? { operator: 'mean', attributes: JSON.stringify([2, 3]) }
        : plain;
    }
    case 'mean':
    case 'sum':
    case 'max':
      // Whether reduced axes are kept is a matter of shape, which reshape says.
      return { operator: node.operator, attributes: JSON.stringify(node.attributes.axes) };
    default:
      return plain;
  }
}

/** The value that a slice takes whole: its input, or one of those that its input was joined of. */
function partOf(
  network: Network,
  all: ReadonlyMap<number, Simple>,
  cuts: Map<Simple, Map<string, number>>,
  { attributes: { axis, start, end, step } }: NodeOf<'slice'>,
  first: number,
): number | null {
  if (step !== 1) return null;
  if (start === 0 && shapeOfValue(network, first)[axis] === end) return first;
  const joined = all.get(first);
  if (joined?.operator !== 'concat' || joined.attributes !== JSON.stringify({ axis })) return null;
  const known = cuts.get(joined) ?? cutsOf(network, joined, axis);
  cuts.set(joined, known);
  return known.get(`${start}:${end}`) ?? null;
}

/** What a joined value was joined of, by where it starts and ends; up to one whose size depends on the batch. */
function cutsOf(network: Network, joined: Simple, axis: number): Map<string, number> {
  const found = new Map<string, number>();
  let at = 0;
  for (const input of joined.inputs) {
    const size = shapeOfValue(network, input)[axis];
    if (typeof size !== 'number') break;
    const place = `${at}:${at + size}`;
    if (!found.has(place)) found.set(place, input);
    at += size;
  }
  return found;
}

/** Values that are known before anything runs; how often the same numbers are written says nothing. */
function knownValues(nodes: ReadonlyMap<number, Simple>): Set<number> {
  const known = new Set<number>();
  for (const [value, { operator, inputs, parameters }] of nodes) {
    const fixed = operator === 'constant' || (inputs.length > 0 && inputs.every((input) => known.has(input)));
    if (fixed && parameters.length === 0 && operator !== 'dropout') known.add(value);
  }
  return known;
}

/** Nodes after rewriting, only those that the output needs, with their inputs among them. */
function simplified(network: Network): { nodes: Map<number, Simple>; output: number } {
  const stands = new Map<number, number>([[0, 0]]);
  const all = new Map<number, Simple>();
  const cuts = new Map<Simple, Map<string, number>>();
  network.nodes.forEach((node, index) => {
    const value = index + 1;
    const rewritten = simplify(network, node);
    const inputs = node.inputs.map((input) => stands.get(input) ?? input);
    const [first = 0] = inputs;
    if (rewritten === null) {
      stands.set(value, first);
      return;
    }
    const reshaped = node.operator === 'reshape';
    const before = all.get(first);
    // A reshape of a reshape is one, from where the first started.
    const from = reshaped && before?.operator === 'reshape' ? (before.inputs[0] ?? 0) : first;
    const back = reshaped && sameShape(shapeOfValue(network, from), node.shape);
    if (back) {
      stands.set(value, from);
      return;
    }
    const part = node.operator === 'slice' ? partOf(network, all, cuts, node, first) : null;
    if (part !== null) {
      stands.set(value, part);
      return;
    }
    stands.set(value, value);
    all.set(value, {
      ...rewritten,
      inputs: reshaped ? [from] : inputs,
      parameters: Object.entries(node.parameters),
      shape: formatShape(node.shape),
      commutative: operators[node.operator].commutative === 'everywhere',
    });
  });
  const output = stands.get(network.output) ?? network.output;
  const needed = new Set<number>([output]);
  for (const [value, node] of [...all].reverse()) {
    if (needed.has(value)) for (const input of node.inputs) needed.add(input);
  }
  return { nodes: new Map([...all].filter(([value]) => needed.has(value))), output };
}

/** The canonical hash: 64 hexadecimal digits. */
export function networkHash(network: Network): string {
  const { nodes, output } = simplified(network);
  const own = new Map<string, string>();
  for (const { name, shape, initializer, trainable } of network.parameters) {
    own.set(name, attributesText(trainable === false ? [shape, initializer, 'frozen'] : [shape, initializer]));
  }
  for (const { name, shape, value } of network.buffers) own.set(name, attributesText([shape, value]));

  const pass = (parameterColour: ReadonlyMap<string, string>): Map<number, string> => {
    const colours = new Map<number, string>([[0, `input ${formatShape([{ batch: 1 }, ...network.input])}`]]);
    for (const [value, node] of nodes) {
      const inputs = node.inputs.map((input) => colours.get(input) ?? '');
      if (node.commutative) inputs.sort();
      const parameters = node.parameters.map(([role, name]) => `${role}=${parameterColour.get(name) ?? ''}`);
      const text = [node.operator, node.attributes, node.shape, ...parameters.sort(), '<', ...inputs].join('|');
      colours.set(value, sha256(text).slice(0, colourLength));
    }
    return colours;
  };

  const first = pass(own);
  const readers = new Map<string, string[]>();
  for (const [value, node] of nodes) {
    for (const [role, name] of node.parameters) {
      const list = readers.get(name) ?? [];
      list.push(`${role}@${first.get(value) ?? ''}`);
      readers.set(name, list);
    }
  }
  const shared = new Map<string, string>();
  for (const [name, list] of readers) {
    const colour = own.get(name) ?? '';
    // Most parameters are read once: their readers say nothing new.
    shared.set(name, list.length === 1 ? colour : sha256(`${colour}${list.sort().join(',')}`));
  }
  const anyShared = [...readers.values()].some((list) => list.length > 1);
  const colours = anyShared ? pass(shared) : first;
  const known = knownValues(nodes);
  const computed = [...nodes.keys()].filter((value) => !known.has(value));
  const all = computed.map((value) => colours.get(value) ?? '').sort();
  const parameters = [...readers.keys()].map((name) => shared.get(name) ?? '').sort();
  return sha256(['1', colours.get(output) ?? '', ...all, ...parameters].join('\n'));
}
