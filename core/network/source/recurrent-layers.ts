/** Recurrent nodes gathered into the layers of PyTorch that hold them: both directions, hidden states and last cells. */
import type { Network, NodeOf } from '../ir.ts';
import { drawText, type Registry } from './modules.ts';
import { callText } from './python-text.ts';

/** One call of one layer. */
export interface RecurrentCall {
  /** `self.lstm1`. */
  readonly layer: string;
  readonly lstm: boolean;
  readonly hidden: number;
  readonly both: boolean;
  /** Index of the first of its nodes: the call is written there. */
  readonly first: number;
  /** Nodes by index, and which direction each is. */
  readonly nodes: ReadonlyMap<number, { readonly reverse: boolean; readonly cell: boolean }>;
  /** Values of the first states by direction: [hidden], or [hidden, cell]; null for zeros. */
  readonly states: readonly (readonly number[])[] | null;
  readonly input: number;
}

interface Direction {
  readonly reverse: boolean;
  readonly weights: readonly string[];
  readonly states: readonly number[];
  readonly nodes: Map<number, { readonly reverse: boolean; readonly cell: boolean }>;
  readonly node: NodeOf<'recurrent'>;
  readonly first: number;
}

/** Names of the parameters that a node reads through values; a frozen one is behind a detach. */
function weightNames(network: Network, node: NodeOf<'recurrent'>): string[] {
  const count = node.attributes.bias ? 5 : 3;
  return node.inputs.slice(1, count).flatMap((input) => {
    let at = network.nodes[input - 1];
    if (at?.operator === 'detach') at = network.nodes[(at.inputs[0] ?? 0) - 1];
    return at?.parameters.weight ?? [];
  });
}

/** Directions: nodes that share input, weights and states. */
function directionsOf(network: Network): Direction[] {
  const found = new Map<string, Direction>();
  network.nodes.forEach((node, index) => {
    if (node.operator !== 'recurrent') return;
    const { kind, reverse, bias, yields } = node.attributes;
    const weights = weightNames(network, node);
    const states = node.inputs.slice(bias ? 5 : 3);
    const key = JSON.stringify([kind, reverse, node.inputs[0], weights, states]);
    const direction = found.get(key) ?? { reverse, weights, states, nodes: new Map(), node, first: index };
    direction.nodes.set(index, { reverse, cell: yields === 'cell' });
    found.set(key, direction);
  });
  return [...found.values()];
}

function partnerOf(direction: Direction, all: readonly Direction[], taken: ReadonlySet<Direction>): Direction | null {
  const { attributes, inputs } = direction.node;
  const found = all.find(
    (other) =>
      other !== direction &&
      !taken.has(other) &&
      other.reverse !== direction.reverse &&
      other.node.inputs[0] === inputs[0] &&
      other.node.attributes.kind === attributes.kind &&
      other.node.attributes.bias === attributes.bias &&
      other.states.length === direction.states.length &&
      other.states.every((state) => state <= direction.first),
  );
  return found ?? null;
}

/** Adds the layers to the registry and tells which call computes which node. */
export function recurrentCalls(network: Network, registry: Registry): RecurrentCall[] {
  const all = directionsOf(network);
  const taken = new Set<Direction>();
  const calls: RecurrentCall[] = [];
  const layers = new Map<string, string>();
  for (const direction of all) {
    if (taken.has(direction)) continue;
    taken.add(direction);
    const partner = partnerOf(direction, all, taken);
    if (partner !== null) taken.add(partner);
    const both = partner !== null || direction.reverse;
    const forwards = direction.reverse ? partner : direction;
    const backwards = direction.reverse ? direction : partner;
    const { kind } = direction.node.attributes;
    const hidden = network.parameters.find(({ name }) => name === direction.weights[1])?.shape[1] ?? 0;
    const key = JSON.stringify([forwards?.weights, backwards?.weights]);
    const name = layers.get(key) ?? addLayer(network, registry, direction.node, hidden, { forwards, backwards, both });
    layers.set(key, name);
    const states = [direction, ...(partner === null ? [] : [partner])]
      .sort((a, b) => Number(a.reverse) - Number(b.reverse))
      .map((each) => each.states);
    calls.push({
      layer: `self.${name}`,
      lstm: kind === 'lstm',
      hidden,
      both,
      first: direction.first,
      nodes: new Map([...direction.nodes, ...(partner?.nodes ?? [])]),
      states: direction.states.length === 0 ? null : states,
      input: direction.node.inputs[0] ?? 0,
    });
  }
  return calls;
}

function addLayer(
  network: Network,
  registry: Registry,
  node: NodeOf<'recurrent'>,
  hidden: number,
  given: { readonly forwards: Direction | null; readonly backwards: Direction | null; readonly both: boolean },
): string {
  const { kind, bias } = node.attributes;
  const type = kind === 'lstm' ? 'LSTM' : kind === 'gru' ? 'GRU' : 'RNN';
  const name = registry.fresh(type.toLowerCase());
  const weights = given.forwards?.weights ?? given.backwards?.weights ?? [];
  const features = network.parameters.find((each) => each.name === weights[0])?.shape[1] ?? 0;
  const roles = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'];
  const bound = 1 / Math.sqrt(hidden);
  const extra: string[] = [];
  for (const [direction, suffix] of [
    [given.forwards, ''],
    [given.backwards, '_reverse'],
  ] as const) {
    direction?.weights.forEach((parameter, i) => {
      const target = `self.${name}.${roles[i] ?? ''}_l0${suffix}`;
      const own = network.parameters.find((each) => each.name === parameter);
      if (own === undefined) return;
      const held = registry.give(parameter, target);
      if (held !== null) {
        // Another layer's: one parameter under two names.
        extra.push(`${target} = ${held}`);
        return;
      }
      const { initializer } = own;
      if (initializer.kind !== 'uniform' || initializer.bound !== bound) {
        extra.push(...drawText(target, initializer, own.shape));
      }
      if (own.trainable === false) extra.push(`${target}.requires_grad = False`);
    });
  }
  registry.add({
    name,
    construction: callText(`nn.${type}`, [features, hidden], {
      nonlinearity: kind === 'relu' ? "'relu'" : null,
      bias: bias ? null : 'False',
      bidirectional: given.both ? 'True' : null,
    }),
    extra,
  });
  return name;
}
