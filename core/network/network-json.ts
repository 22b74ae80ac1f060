/** A network as JSON and back: every part checked, sizes worked out anew by the shape rules. */
import * as z from 'zod';
import { FailureError, fail } from '../failure.ts';
import { formatShape, sameShape } from './dimensions.ts';
import {
  type Initializer,
  type Network,
  type NetworkNode,
  type NodeOf,
  type Operator,
  type Shape,
  shapeOfValue,
} from './ir.ts';
import { nodeSchemas, numberSchema, sizeSchema } from './node-schemas.ts';
import { shapeRules } from './shape-rules.ts';

const sizes = z.array(sizeSchema);

const initializer: z.ZodType<Initializer> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('uniform'), bound: numberSchema }),
  z.strictObject({ kind: z.literal('range'), low: numberSchema, high: numberSchema }),
  z.strictObject({ kind: z.literal('normal'), mean: numberSchema, deviation: numberSchema }),
  z.strictObject({
    kind: z.literal('truncatedNormal'),
    mean: numberSchema,
    deviation: numberSchema,
    low: numberSchema,
    high: numberSchema,
  }),
  z.strictObject({ kind: z.literal('orthogonal'), gain: numberSchema }),
  z.strictObject({ kind: z.literal('constant'), value: numberSchema }),
  z.strictObject({ kind: z.literal('values'), values: z.array(numberSchema) }),
  z.strictObject({ kind: z.literal('sparse'), deviation: numberSchema, zeros: sizeSchema }),
  z.strictObject({
    kind: z.literal('patched'),
    get of() {
      return initializer;
    },
    get patches() {
      return z.array(z.strictObject({ start: sizeSchema, count: sizeSchema, by: initializer }));
    },
  }),
]);

const operatorSchema = z.custom<Operator>(
  (name) => typeof name === 'string' && Object.hasOwn(nodeSchemas, name),
  'there is no such operator',
);

/** Its operator first, then what a node of that operator has: an issue names the part, not all operators there are. */
const nodeSchema = z.looseObject({ operator: operatorSchema }).transform((json, context): NetworkNode => {
  const parsed = nodeSchemas[json.operator].safeParse(json);
  if (parsed.success) return parsed.data;
  for (const { message, path } of parsed.error.issues) {
    context.issues.push({ code: 'custom', message, input: json, path });
  }
  return z.NEVER;
});

const networkSchema = z.object({
  version: z.literal(1),
  input: z.array(z.int().positive()).min(1),
  nodes: z.array(nodeSchema),
  output: sizeSchema,
  parameters: z.array(
    z.object({ name: z.string(), shape: sizes, initializer, trainable: z.literal(false).exactOptional() }),
  ),
  buffers: z.array(
    z.object({
      name: z.string(),
      shape: sizes,
      type: z.enum(['float32', 'int64']),
      value: z.union([numberSchema, z.array(numberSchema)]),
    }),
  ),
  aliases: z.array(z.object({ name: z.string(), of: z.string() })).exactOptional(),
  modules: z.array(
    z.object({ path: z.string(), type: z.string(), outFeatures: numberSchema.nullable(), used: z.boolean() }),
  ),
});

/** The JSON text of a network; numbers that JSON lacks stand as their names. */
export function networkToJson(network: Network): string {
  return JSON.stringify(network, (_key, value: unknown) => {
    if (typeof value !== 'number') return value;
    if (Object.is(value, -0)) return '-0';
    return Number.isFinite(value) ? value : String(value);
  });
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
    const path = issue?.path.join('.') ?? '';
    return fail('network', `The network is not valid at ${path === '' ? 'its top' : path}: ${issue?.message ?? ''}.`);
  }
  const network: Network = parsed.data;
  const shapes = new Map<string, readonly number[]>();
  for (const { name, shape } of [...network.parameters, ...network.buffers]) shapes.set(name, shape);
  network.nodes.forEach((node, index) => {
    checkNode(network, node, index, shapes);
  });
  for (const { name, shape, value } of network.buffers) {
    const count = elements(shape);
    if (typeof value === 'object' && value.length !== count) {
      fail('network', `The buffer ${name} holds ${value.length} numbers, but its sizes ask for ${count}.`);
    }
  }
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
  checkAxes(network, node, where);
  const found = shapeOf(network, node, shapes, where);
  if (!sameShape(found, node.shape)) {
    fail('network', `${where} has the shape ${formatShape(node.shape)}, but gives ${formatShape(found)}.`);
  }
}

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Axes that the value has, each once: the shape rules leave out what is none. */
function checkAxes(network: Network, { attributes, inputs }: NetworkNode, where: string): void {
  const rank = shapeOfValue(network, inputs[0] ?? 0).length;
  const named = [
    ...('axis' in attributes ? [attributes.axis] : []),
    ...('axes' in attributes ? attributes.axes : []),
    ...('order' in attributes ? attributes.order : []),
  ];
  const wrong = named.find((axis, place) => axis >= rank || named.indexOf(axis) !== place);
  if (wrong !== undefined) fail('network', `${where} names the axis ${wrong} of a value of ${rank} axes wrongly.`);
  if ('order' in attributes && attributes.order.length !== rank) {
    fail('network', `${where} orders ${attributes.order.length} axes of a value of ${rank}.`);
  }
}

function shapeOf<O extends Operator>(
  network: Network,
  node: NodeOf<O>,
  shapes: ReadonlyMap<string, readonly number[]>,
  where: string,
): Shape {
  const weight = node.parameters.weight ?? node.parameters.runningMean;
  try {
    return shapeRules[node.operator]({
      attributes: node.attributes,
      inputs: node.inputs.map((input) => shapeOfValue(network, input)),
      weight: weight === undefined ? null : (shapes.get(weight) ?? null),
      target: node.shape,
      name: node.operator,
      origin: 'of the stored network',
    });
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return fail('network', `${where} does not fit: ${error.failure.message}.`);
  }
}
