/** A network as JSON and back: every part checked, sizes worked out anew by the shape rules. */
import * as z from 'zod';
import { fail } from '../failure.ts';
import { formatShape, sameShape } from './dimensions.ts';
import { type Network, type NetworkNode, type NodeOf, type Operator, type Shape, shapeOfValue } from './ir.ts';
import { shapeRules } from './shape-rules.ts';

const size = z.int().nonnegative();
const dimension = z.union([size, z.strictObject({ batch: z.int().positive() })]);
const sizes = z.array(size);
const place = z.strictObject({ line: z.int().positive(), column: z.int().positive() }).nullable();

const initializer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('uniform'), bound: z.number() }),
  z.strictObject({ kind: z.literal('range'), low: z.number(), high: z.number() }),
  z.strictObject({ kind: z.literal('normal'), mean: z.number(), deviation: z.number() }),
  z.strictObject({
    kind: z.literal('truncatedNormal'),
    mean: z.number(),
    deviation: z.number(),
    low: z.number(),
    high: z.number(),
  }),
  z.strictObject({ kind: z.literal('orthogonal'), gain: z.number() }),
  z.strictObject({ kind: z.literal('constant'), value: z.number() }),
  z.strictObject({ kind: z.literal('values'), values: z.array(z.number()) }),
]);

const isOperator = (name: string): boolean => Object.hasOwn(shapeRules, name);

const nodeSchema = z.object({
  operator: z.string().refine(isOperator, 'there is no such operator'),
  attributes: z.record(z.string(), z.json()),
  inputs: z.array(size),
  parameters: z.partialRecord(
    z.enum(['weight', 'bias', 'runningMean', 'runningVar', 'batchesTracked', 'buffer']),
    z.string(),
  ),
  shape: z.array(dimension),
  module: z.string().nullable(),
  place,
});

const networkSchema = z.object({
  version: z.literal(1),
  input: z.array(z.int().positive()).min(1),
  nodes: z.array(nodeSchema),
  output: size,
  parameters: z.array(
    z.object({ name: z.string(), shape: sizes, initializer, trainable: z.literal(false).optional() }),
  ),
  buffers: z.array(
    z.object({
      name: z.string(),
      shape: sizes,
      type: z.enum(['float32', 'int64']),
      value: z.union([z.number(), z.array(z.number())]),
    }),
  ),
  modules: z.array(
    z.object({ path: z.string(), type: z.string(), outFeatures: z.number().nullable(), used: z.boolean() }),
  ),
});

/** The JSON text of a network. */
export function networkToJson(network: Network): string {
  return JSON.stringify(network);
}

/**
 * The network that JSON text says.
 * @throws FailureError `network` with the part that is wrong, and where
 */
export function networkFromJson(text: string): Network {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail('network', 'The network is not JSON.');
  }
  const parsed = networkSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fail(
      'network',
      `The network is not valid at ${issue?.path.join('.') ?? 'its top'}: ${issue?.message ?? ''}.`,
    );
  }
  // Attributes are checked by the shape rules, which read them all.
  const network = parsed.data as unknown as Network;
  const shapes = new Map<string, readonly number[]>();
  for (const { name, shape } of [...network.parameters, ...network.buffers]) shapes.set(name, shape);
  network.nodes.forEach((node, index) => {
    checkNode(network, node, index, shapes);
  });
  if (network.output > network.nodes.length) fail('network', `The network has no value ${network.output}.`);
  return network;
}

function checkNode(
  network: Network,
  node: NetworkNode,
  index: number,
  shapes: ReadonlyMap<string, readonly number[]>,
): void {
  const where = `Node ${index + 1} (${node.operator})`;
  if (node.inputs.some((input) => input > index)) fail('network', `${where} reads a value that comes later.`);
  for (const name of Object.values(node.parameters)) {
    if (!shapes.has(name)) fail('network', `${where} reads ${name}, which is neither a parameter nor a buffer.`);
  }
  const found = shapeOf(network, node, shapes);
  if (!sameShape(found, node.shape)) {
    fail('network', `${where} has the shape ${formatShape(node.shape)}, but gives ${formatShape(found)}.`);
  }
}

function shapeOf<O extends Operator>(
  network: Network,
  node: NodeOf<O>,
  shapes: ReadonlyMap<string, readonly number[]>,
): Shape {
  const weight = node.parameters.weight ?? node.parameters.runningMean;
  return shapeRules[node.operator]({
    attributes: node.attributes,
    inputs: node.inputs.map((input) => shapeOfValue(network, input)),
    weight: weight === undefined ? null : (shapes.get(weight) ?? null),
    target: node.shape,
    name: node.operator,
    origin: 'of the stored network',
  });
}
