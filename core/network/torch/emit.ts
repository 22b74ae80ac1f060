/** From an operation on tensors to a node of the graph: names of parameters, layout, in-place rules, saved tensors. */
import { refuse } from '../../python/reason.ts';
import { formatShape, sameShape } from '../dimensions.ts';
import type { NodeParameters, Operator } from '../ir.ts';
import type { ParameterValue } from './parameter.ts';
import { contiguousStrides, viewStrides } from './strides.ts';
import { makeTensor, type TensorValue } from './tensor.ts';
import type { Request, TorchWorld } from './world.ts';

/** What PyTorch's backward of an operator reads: its inputs, its output, both or neither (derivatives.yaml). */
const saves: { readonly [O in Operator]: 'inputs' | 'output' | 'both' | 'neither' } = {
  conv2d: 'inputs',
  linear: 'inputs',
  batchNorm: 'inputs',
  dropout: 'neither',
  maxPool2d: 'inputs',
  avgPool2d: 'inputs',
  adaptiveAvgPool2d: 'inputs',
  adaptiveMaxPool2d: 'inputs',
  relu: 'output',
  leakyRelu: 'inputs',
  prelu: 'inputs',
  relu6: 'inputs',
  elu: 'inputs',
  selu: 'inputs',
  celu: 'inputs',
  gelu: 'inputs',
  silu: 'inputs',
  mish: 'inputs',
  hardswish: 'inputs',
  hardsigmoid: 'inputs',
  hardtanh: 'inputs',
  sigmoid: 'output',
  tanh: 'output',
  softplus: 'inputs',
  softmax: 'output',
  logSoftmax: 'output',
  reshape: 'neither',
  permute: 'neither',
  concat: 'neither',
  add: 'neither',
  subtract: 'neither',
  multiply: 'inputs',
  divide: 'inputs',
  affine: 'neither',
  mean: 'neither',
  sum: 'neither',
  max: 'both',
  maxAlong: 'inputs',
  convTranspose2d: 'inputs',
  layerNorm: 'inputs',
  groupNorm: 'inputs',
  softsign: 'inputs',
  logSigmoid: 'inputs',
  threshold: 'inputs',
  hardshrink: 'inputs',
  softshrink: 'inputs',
  exp: 'output',
  log: 'inputs',
  sqrt: 'output',
  abs: 'inputs',
  sin: 'inputs',
  cos: 'inputs',
  erf: 'inputs',
  power: 'inputs',
  clamp: 'inputs',
  round: 'neither',
  maximum: 'inputs',
  minimum: 'inputs',
  compare: 'neither',
  where: 'neither',
  matmul: 'inputs',
  slice: 'neither',
  gather: 'neither',
  pad: 'neither',
  expand: 'neither',
  resize: 'neither',
  recurrent: 'inputs',
  parameter: 'neither',
  buffer: 'neither',
  constant: 'neither',
  detach: 'neither',
};

/** In-place activations whose backward reads their result; the others keep a copy of their input. */
const savesResultInPlace: ReadonlySet<Operator> = new Set<Operator>([
  'relu',
  'leakyRelu',
  'relu6',
  'hardtanh',
  'elu',
  'selu',
  'celu',
  'sigmoid',
  'tanh',
]);

/** Operators that keep the layout of their first input. */
const keepsLayout: ReadonlySet<Operator> = new Set<Operator>([
  'dropout',
  'relu',
  'leakyRelu',
  'prelu',
  'relu6',
  'elu',
  'selu',
  'celu',
  'gelu',
  'silu',
  'mish',
  'hardswish',
  'hardsigmoid',
  'hardtanh',
  'sigmoid',
  'tanh',
  'softplus',
  'affine',
  'add',
  'subtract',
  'multiply',
  'divide',
]);

/** The value that a tensor names now. @throws a reason when its memory was changed through another view */
function current(tensor: TensorValue, request: Request<Operator>): number {
  const { storage, version, value } = tensor.tensor;
  if (storage.version !== version) {
    refuse(
      'unsupported',
      `${request.name} reads a tensor that was changed in place through a view of it`,
      request.place,
    );
  }
  return value;
}

function registered(world: TorchWorld, parameter: ParameterValue, request: Request<Operator>): string {
  const name = world.names.get(parameter);
  if (name !== undefined) return name;
  return refuse(
    'unsupported',
    `${request.name} is not registered in the network, so it would not be trained: assign it to self in __init__ (or use nn.ModuleList)`,
    request.place,
  );
}

/** Adds the operation to the graph; the result is a new tensor, or the first input changed in place. */
export function emitRequest<O extends Operator>(world: TorchWorld, request: Request<O>): TensorValue {
  const { graph } = world;
  const { operator, inputs, place } = request;
  if (graph === null) return refuse('unsupported', `${request.name} outside of forward is not supported`, place);
  const values = inputs.map((input) => current(input, request));
  const parameters: { -readonly [R in keyof NodeParameters]: string } = {};
  let requiresGrad = inputs.some((input) => input.tensor.requiresGrad);
  const roles: readonly (keyof NodeParameters)[] = ['weight', 'bias', 'runningMean', 'runningVar', 'batchesTracked'];
  for (const role of roles) {
    const parameter = request.parameters?.[role];
    if (parameter === undefined) continue;
    parameters[role] = registered(world, parameter, request);
    requiresGrad ||= parameter.parameter.trainable;
  }
  const weight = (request.parameters?.weight ?? request.parameters?.runningMean)?.parameter.shape ?? null;
  const value = graph.emit({
    operator,
    attributes: request.attributes,
    inputs: values,
    parameters,
    weight,
    target: request.target ?? null,
    module: world.running,
    name: request.name,
    label: request.label ?? request.name,
    place,
  });
  const shape = graph.shape(value);
  const [first] = inputs;
  if (request.inPlace === true && first !== undefined) {
    const changed = changeInPlace(first, value, requiresGrad);
    if (requiresGrad) remember(world, request, value, changed, true);
    return changed;
  }
  const strides =
    first !== undefined && keepsLayout.has(operator) && sameShape(first.tensor.shape, shape)
      ? first.tensor.strides
      : null;
  const result = makeTensor(world, { value, shape, strides, storage: { version: 0 }, version: 0, requiresGrad });
  if (requiresGrad) remember(world, request, value, result, false);
  return result;
}

function changeInPlace(first: TensorValue, value: number, requiresGrad: boolean): TensorValue {
  const { tensor } = first;
  tensor.storage.version++;
  tensor.version = tensor.storage.version;
  tensor.value = value;
  if (requiresGrad) tensor.requiresGrad = true;
  return first;
}

/** Records which tensors the operation's gradient will read. */
function remember(
  world: TorchWorld,
  request: Request<Operator>,
  node: number,
  result: TensorValue,
  inPlace: boolean,
): void {
  const { operator, inputs, place, name } = request;
  let what = saves[operator];
  if (inPlace)
    what = savesResultInPlace.has(operator)
      ? 'output'
      : operator === 'multiply' || operator === 'divide'
        ? 'inputs'
        : 'neither';
  const save = ({ tensor }: TensorValue) => {
    world.saved.push({ node, storage: tensor.storage, version: tensor.version, name, place });
  };
  if (what === 'output' || what === 'both') save(result);
  if (what !== 'inputs' && what !== 'both') return;
  if (operator === 'multiply' || operator === 'divide') {
    const [left, right] = inputs;
    if (left === undefined || right === undefined) return;
    // The gradient of one factor is the other factor; a quotient's needs its divisor always.
    if (right.tensor.requiresGrad && !inPlace) save(left);
    if (left.tensor.requiresGrad) save(right);
    return;
  }
  for (const input of inputs) save(input);
}

/** A view with another shape, sharing memory where PyTorch shares it. */
export function emitView(
  world: TorchWorld,
  request: Omit<Request<'reshape'>, 'operator' | 'attributes'>,
  kind: 'view' | 'reshape',
): TensorValue {
  const [input] = request.inputs;
  if (input === undefined) throw new Error('A view needs an input.');
  const result = emitRequest(world, { ...request, operator: 'reshape', attributes: {} });
  const { strides } = input.tensor;
  const views = strides === null ? null : viewStrides(input.tensor.shape, strides, result.tensor.shape);
  if (strides !== null && views === null) {
    if (kind === 'reshape') return result;
    refuse(
      'shape',
      `${request.name}: view size is not compatible with the memory layout of ${formatShape(input.tensor.shape)} (a dimension spans across two subspaces); use .reshape(...) or .contiguous()`,
      request.place,
    );
  }
  return makeTensor(world, {
    ...result.tensor,
    strides: views,
    storage: input.tensor.storage,
    version: input.tensor.version,
  });
}

/** permute and transpose: a view whose axes are reordered. */
export function emitPermute(
  world: TorchWorld,
  input: TensorValue,
  order: readonly number[],
  request: Pick<Request<'permute'>, 'name' | 'label' | 'place'>,
): TensorValue {
  const strides = input.tensor.strides ?? contiguousStrides(input.tensor.shape);
  const result = emitRequest(world, { ...request, operator: 'permute', attributes: { order }, inputs: [input] });
  return makeTensor(world, {
    ...result.tensor,
    strides: order.map((axis) => strides[axis] ?? 1),
    storage: input.tensor.storage,
    version: input.tensor.version,
  });
}
