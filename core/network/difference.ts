/** What changed from one network to another, operation by operation in the order of evaluation. */
import { commonSequence } from '../common-sequence.ts';
import { formatShape } from './dimensions.ts';
import type { Network, NetworkNode } from './ir.ts';
import { operators } from './operators.ts';

/**
 * - `same`: kept as it was;
 * - `rewired`: the same operation, which reads other kept values than before or shares its weights otherwise;
 * - `changed`: the same operator in the same place with other attributes or sizes;
 * - `removed`, `added`: on one side only.
 */
export type ChangeKind = 'same' | 'rewired' | 'changed' | 'removed' | 'added';

/** An operation of one of the networks, apart from what it reads. */
export interface Operation {
  /** Its index in `nodes`. */
  readonly index: number;
  /** Registered name of the layer; null for functional forms. */
  readonly layer: string | null;
  readonly operator: string;
  /** Sizes of its weight, null without one. */
  readonly weight: readonly number[] | null;
  /** `kernel=[3,3]`, `groups=1`; long ones cut short. */
  readonly attributes: readonly string[];
  /** `[N, 8, 32, 32]`. */
  readonly output: string;
}

export interface Change {
  readonly kind: ChangeKind;
  /** Null where it was added. */
  readonly before: Operation | null;
  /** Null where it was removed. */
  readonly after: Operation | null;
}

export interface NetworkDifference {
  /** In the order of evaluation; what was removed stands before what was added in its place. */
  readonly changes: readonly Change[];
  readonly counts: Readonly<Record<ChangeKind, number>>;
  /** Whether all operations were kept as they were. Values that weights begin with are not looked at. */
  readonly same: boolean;
}

/** Longest value of an attribute that is shown whole: `constant` may hold thousands of numbers. */
const longestValue = 60;

const shortened = (value: string): string =>
  value.length <= longestValue ? value : `${value.slice(0, longestValue)}...`;

function operationAt(network: Network, index: number, node: NetworkNode): Operation {
  const weight = network.parameters.find(({ name }) => name === node.parameters.weight);
  return {
    index,
    layer: node.module,
    operator: node.operator,
    weight: weight?.shape ?? null,
    attributes: Object.entries(node.attributes).map(([name, value]) => `${name}=${shortened(JSON.stringify(value))}`),
    output: formatShape(node.shape),
  };
}

/** `conv2d [8, 3, 3, 3] (kernel=[3,3], groups=1) -> [N, 8, 32, 32]`. */
export function operationText({ operator, weight, attributes, output }: Operation): string {
  const sizes = weight === null ? '' : ` [${weight.join(', ')}]`;
  return `${operator}${sizes}${attributes.length === 0 ? '' : ` (${attributes.join(', ')})`} -> ${output}`;
}

/** All that makes two operations equal, apart from what they read. */
function print(network: Network, node: NetworkNode): string {
  const weight = network.parameters.find(({ name }) => name === node.parameters.weight);
  return JSON.stringify([node.operator, node.attributes, weight?.shape ?? null, node.shape]);
}

/** For each node the values it reads, then the first value that reads each of its weights. */
function sourcesOf(network: Network): number[][] {
  const firstReader = new Map<string, number>();
  return network.nodes.map((node, index) => {
    const inputs = operators[node.operator].commutative !== 'no' ? [...node.inputs].sort((a, b) => a - b) : node.inputs;
    const owners = Object.values(node.parameters).map((name) => {
      const owner = firstReader.get(name) ?? index + 1;
      firstReader.set(name, owner);
      return owner;
    });
    return [...inputs, ...owners];
  });
}

/** Indices of the operations that stand for each other: equal ones, and between them those of the same operator. */
function pairsOf(
  before: Network,
  after: Network,
  prints: Readonly<Record<'before' | 'after', readonly string[]>>,
): [number, number][] {
  const equal = commonSequence(prints.before, prints.after);
  const operators = ({ nodes }: Network, from: number, to: number) =>
    nodes.slice(from, to).map(({ operator }) => operator);
  const pairs: [number, number][] = [];
  let [row, column] = [0, 0];
  for (const [old, next] of [...equal, [before.nodes.length, after.nodes.length] as const]) {
    const between = commonSequence(operators(before, row, old), operators(after, column, next));
    for (const [a, b] of between) pairs.push([row + a, column + b]);
    if (old < before.nodes.length) pairs.push([old, next]);
    [row, column] = [old + 1, next + 1];
  }
  return pairs;
}

/** The difference of two networks. */
export function networkDifference(before: Network, after: Network): NetworkDifference {
  const prints = {
    before: before.nodes.map((node) => print(before, node)),
    after: after.nodes.map((node) => print(after, node)),
  };
  const pairs = pairsOf(before, after, prints);
  /** The values that stand for each other; value 0 is the input of either network. */
  const standsNow = new Map([[0, 0], ...pairs.map(([old, next]) => [old + 1, next + 1] as const)]);
  const paired = new Set(standsNow.values());
  const sources = { before: sourcesOf(before), after: sourcesOf(after) };
  // A value that came or went is a change of its own; only two that stayed can be confused.
  const isRewired = (old: number, next: number): boolean =>
    (sources.before[old] ?? []).some((value, place) => {
      const then = standsNow.get(value);
      const read = sources.after[next]?.[place];
      return then !== undefined && read !== undefined && paired.has(read) && then !== read;
    });
  const kindOf = (old: number, next: number): ChangeKind => {
    if (prints.before[old] !== prints.after[next]) return 'changed';
    return isRewired(old, next) ? 'rewired' : 'same';
  };
  const operations = {
    before: before.nodes.map((node, index) => operationAt(before, index, node)),
    after: after.nodes.map((node, index) => operationAt(after, index, node)),
  };

  const changes: Change[] = [];
  let [row, column] = [0, 0];
  for (const [old, next] of [...pairs, [before.nodes.length, after.nodes.length] as const]) {
    for (const gone of operations.before.slice(row, old)) changes.push({ kind: 'removed', before: gone, after: null });
    for (const come of operations.after.slice(column, next)) changes.push({ kind: 'added', before: null, after: come });
    const [then, now] = [operations.before[old], operations.after[next]];
    if (then !== undefined && now !== undefined) changes.push({ kind: kindOf(old, next), before: then, after: now });
    [row, column] = [old + 1, next + 1];
  }
  const counts: Record<ChangeKind, number> = { same: 0, rewired: 0, changed: 0, removed: 0, added: 0 };
  for (const { kind } of changes) counts[kind]++;
  return { changes, counts, same: counts.same === changes.length };
}
