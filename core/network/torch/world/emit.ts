/** From an operation on tensors to a node of the graph: names of parameters, layout, in-place rules, saved tensors. */
import { refuse } from '../../../python/reason.ts';
import { elementCount, formatShape, sameShape } from '../../dimensions.ts';
import type { GraphBuilder } from '../../graph-builder.ts';
import type { NodeParameters, Operator, OperatorAttributes, Shape } from '../../ir.ts';
import { reshapedStrides } from '../../layouts.ts';
import { isView, operators, resultStrides } from '../../operators.ts';
import { shapeRules } from '../../shape-rules.ts';
import { parameterShape, refuseInForward } from '../layers/parameter.ts';
import { currentGraph } from './current-graph.ts';
import { drawnValue, isRandom, scaledDraw } from './drawn-values.ts';
import { foldOperator, type Table } from './fold.ts';
import { affineDraw, constantDraw, type ElementType, type Known, listed, listedSteps, numbersOf } from './known.ts';
import { checkLock, lockOfView } from './locked-views.ts';
import { remember } from './saved-tensors.ts';
import { fixedShape, knownNumbers, makeTensor } from './tensor.ts';
import type { ParameterValue, TensorValue } from './values.ts';
import type { Request, TorchWorld } from './world.ts';

function resultType({ operator, type, inputs }: Request<Operator>): ElementType {
  if (type !== undefined) return type;
  const types = inputs.map((input) => input.tensor.type);
  if (operator === 'where') types.shift();
  const rule = operators[operator].type;
  if (rule === 'first') return types[0] ?? 'float32';
  if (rule === 'integers' && types.length > 0 && types.every((each) => each !== 'float32')) return 'int64';
  return 'float32';
}

function checkVersion({ tensor }: TensorValue, request: Request<Operator>): void {
  if (tensor.storage.version === tensor.version) return;
  refuse('unsupported', `${request.name} reads a tensor that was changed in place through a view of it`, request.place);
}

/** The graph's value of a tensor; what is known becomes a constant. @throws a reason for random numbers in forward */
function valueIn(world: TorchWorld, graph: GraphBuilder, input: TensorValue, request: Request<Operator>): number {
  const { tensor } = input;
  if (tensor.value !== null) {
    if (tensor.graph === graph) return tensor.value;
    return refuse(
      'unsupported',
      `${request.name} reads a tensor that was computed from weights while the network was built`,
      request.place,
    );
  }
  if (tensor.known === null) throw new Error('A tensor is neither known nor computed.');
  const values = world.reading.materialised.get(graph) ?? new Map<Known, number>();
  world.reading.materialised.set(graph, values);
  // The same numbers in other shapes are other values.
  const found = values.get(tensor.known);
  if (found !== undefined && sameShape(graph.shape(found), tensor.shape)) return found;
  const value = materialise(world, graph, tensor.known, input, request);
  values.set(tensor.known, value);
  return value;
}

const largestFloat = 3.4028234663852886e38;

function materialise(
  world: TorchWorld,
  graph: GraphBuilder,
  known: Known,
  { tensor }: TensorValue,
  { place, name }: Request<Operator>,
): number {
  const site = { inputs: [], module: world.reading.running, name: 'a constant', label: 'a constant', place };
  const { meter } = world.evaluator;
  meter.steps(2 * operationSteps);
  const filled = (value: number): number => {
    const bounded = Math.min(Math.max(value, -largestFloat), largestFloat);
    const scalar = graph.emit({ ...site, operator: 'constant', attributes: { values: [bounded] }, target: [] });
    if (tensor.shape.length === 0) return scalar;
    return graph.emit({ ...site, operator: 'expand', attributes: {}, inputs: [scalar], target: tensor.shape });
  };
  if (known.kind === 'draw' && known.initializer.kind === 'constant') return filled(known.initializer.value);
  if (known.kind !== 'numbers' && isRandom(known)) {
    // While modules are built only sizes matter.
    return graph === world.reading.graph ? drawnValue(world, graph, known, tensor.shape, { name, place }) : filled(0);
  }
  const numbers = numbersOf(meter, known, elementCount(tensor.shape).coefficient) ?? new Float64Array();
  // Infinities, as masks have them, become the largest finite numbers: JSON has no word for them.
  meter.steps(Math.ceil(numbers.length * listedSteps));
  const values = listed(numbers);
  for (let i = 0; i < values.length; i++) {
    values[i] = Math.min(Math.max(values[i] ?? 0, -largestFloat), largestFloat);
  }
  return graph.emit({ ...site, operator: 'constant', attributes: { values }, target: tensor.shape });
}

function registered(world: TorchWorld, parameter: ParameterValue, request: Request<Operator>): string {
  const name = world.reading.names.get(parameter);
  if (name !== undefined || world.reading.graph === null) return name ?? '';
  return refuse(
    'unsupported',
    `${request.name} is not registered in the network, so it would not be trained: assign it to self in __init__ (or use nn.ModuleList)`,
    request.place,
  );
}

/** What follows from what is known, without a graph; null where the operation needs one. */
function foldKnown<O extends Operator>(world: TorchWorld, request: Request<O>): { known: Known; shape: Shape } | null {
  const { operator, inputs, place } = request;
  if (inputs.length === 0 || request.parameters !== undefined) return null;
  if (inputs.some(({ tensor }) => tensor.known === null)) return null;
  const [first] = inputs;
  const shape = shapeRules[operator]({
    attributes: request.attributes,
    inputs: inputs.map(({ tensor }) => tensor.shape),
    weight: null,
    target: request.target ?? null,
    name: request.name,
    origin: 'known when the network is built',
  });
  const known = first?.tensor.known ?? null;
  if (known !== null && inputs.length === 1) {
    const drawn = foldDraw(world, request, known);
    if (drawn !== null) return { known: drawn, shape };
  }
  const sizes = fixedShape(shape);
  const tables: Table[] = [];
  for (const input of inputs) {
    const data = knownNumbers(world, input);
    const own = fixedShape(input.tensor.shape);
    if (data === null || own === null) return null;
    tables.push({ shape: own, data });
  }
  const data = sizes === null ? null : foldOperator(world.evaluator.meter, operator, request.attributes, tables, sizes);
  if (data === null) return null;
  if (data.length !== elementCount(shape).coefficient) {
    refuse('shape', `${request.name}: this result has no size ${formatShape(shape)}`, place);
  }
  return { known: { kind: 'numbers', data }, shape };
}

/** Draws stay draws: their numbers need no table. */
function foldDraw(world: TorchWorld, request: Request<Operator>, known: Known): Known | null {
  const { operator } = request;
  if (known.kind === 'numbers') {
    const [only] = known.data;
    return operator === 'expand' && known.data.length === 1 && only !== undefined ? constantDraw(only) : null;
  }
  // Repeated draws are not independent, but for constants.
  const repeats = (operator === 'gather' || operator === 'expand') && isRandom(known);
  // In forward the same numbers may be read again in their first order.
  const again =
    world.reading.graph !== null &&
    isRandom(known) &&
    !sameShape(request.target ?? [], request.inputs[0]?.tensor.shape ?? []);
  if (operators[operator].rearranges && !repeats && !again) return known;
  if (operator === 'affine') {
    const { scale, shift } = request.attributes as OperatorAttributes['affine'];
    if (known.kind === 'mask') return shift === 0 ? { ...known, scale: known.scale * scale } : null;
    const initializer = affineDraw(world.evaluator.meter, known.initializer, scale, shift);
    if (initializer === null) return null;
    return isRandom(known) ? scaledDraw(known, initializer, scale, shift) : { kind: 'draw', initializer };
  }
  if (operator === 'round' && known.kind === 'draw') {
    // floor(keep + u) with u uniform in [0, 1): stochastic depth as it is usually written.
    const { to } = request.attributes as OperatorAttributes['round'];
    const { initializer } = known;
    const unit = initializer.kind === 'range' && Math.abs(initializer.high - initializer.low - 1) < 1e-9;
    if (to === 'floor' && unit && initializer.low >= 0 && initializer.low <= 1) {
      return { kind: 'mask', keep: initializer.low, scale: 1 };
    }
  }
  return null;
}

/** Steps of an operation: its shape and rules, its place in the network, its part of the hash. */
const operationSteps = 16;

/** Charges for an operation with its inputs, and for the numbers that its attributes carry into the network. */
function chargeRequest(world: TorchWorld, { attributes, inputs }: Request<Operator>): void {
  const { meter } = world.evaluator;
  meter.steps(operationSteps + 2 * inputs.length);
  for (const value of Object.values(attributes)) {
    if (Array.isArray(value) && value.length > 8) meter.steps(Math.ceil(value.length * listedSteps));
  }
}

/** Adds the operation to the graph; the result is a new tensor, or the first input changed in place. */
export function emitRequest<O extends Operator>(world: TorchWorld, request: Request<O>): TensorValue {
  const { operator, inputs, place } = request;
  chargeRequest(world, request);
  for (const input of inputs) checkVersion(input, request);
  const [first] = inputs;
  if (request.inPlace === true && first?.tensor.storage.leaf === true) refuseInForward(world, place);
  const type = resultType(request);
  const folded = foldKnown(world, request);
  if (folded !== null) {
    if (request.inPlace === true && first !== undefined) {
      first.tensor.known = folded.known;
      changeInPlace(first, null, null, false);
      first.tensor.writeBack?.(place);
      return first;
    }
    return laidOut(world, request, makeTensor(world, { ...folded, type }));
  }
  const graph = currentGraph(world);
  const values = inputs.map((input) => valueIn(world, graph, input, request));
  const parameters: { -readonly [R in keyof NodeParameters]: string } = {};
  let requiresGrad = inputs.some((input) => input.tensor.requiresGrad);
  const roles: readonly (keyof NodeParameters)[] = [
    'weight',
    'bias',
    'runningMean',
    'runningVar',
    'batchesTracked',
    'buffer',
  ];
  for (const role of roles) {
    const parameter = request.parameters?.[role];
    if (parameter === undefined) continue;
    parameters[role] = registered(world, parameter, request);
    requiresGrad ||= parameter.parameter.trainable;
  }
  // Whole numbers and masks have no gradient.
  if (type !== 'float32') requiresGrad = false;
  if (request.inPlace === true && first !== undefined) checkLock(world, first, requiresGrad, place);
  const weight = request.parameters?.weight ?? request.parameters?.runningMean;
  let value = graph.emit({
    operator,
    attributes: request.attributes,
    inputs: values,
    parameters,
    weight: weight === undefined ? null : parameterShape(weight, place),
    target: request.target ?? null,
    module: world.reading.running,
    name: request.name,
    label: request.label ?? request.name,
    place,
  });
  if (operator === 'detach') requiresGrad = false;
  else if (requiresGrad && !world.reading.gradients && operator !== 'parameter') {
    // What is computed without gradients is a constant for whatever reads it; a parameter stays what it is.
    if (request.inPlace === true && first?.tensor.requiresGrad === true) {
      refuse('unsupported', `${request.name} changes a tensor in place where gradients are switched off`, place);
    }
    const site = { module: world.reading.running, name: request.name, label: request.label ?? request.name, place };
    value = graph.emit({ ...site, operator: 'detach', attributes: {}, inputs: [value] });
    requiresGrad = false;
  }
  const shape = graph.shape(value);
  if (request.inPlace === true && first !== undefined) {
    const changed = changeInPlace(first, value, graph, requiresGrad);
    if (requiresGrad) remember(world, request, value, changed, true);
    changed.tensor.writeBack?.(place);
    return changed;
  }
  const result = laidOut(world, request, makeTensor(world, { value, graph, type, shape, requiresGrad }));
  if (requiresGrad) remember(world, request, value, result, false);
  return result;
}

/** A result with its place in memory: its own, or a part of its first input's. */
function laidOut<O extends Operator>(world: TorchWorld, request: Request<O>, result: TensorValue): TensorValue {
  const { operator, attributes, inputs } = request;
  const { tensor } = result;
  const question = { attributes, inputs: inputs.map((each) => each.tensor), shape: tensor.shape };
  const strides = resultStrides(operator, question);
  const [first] = inputs;
  // Whether sizes are a view of others is for emitView to say.
  if (first === undefined || operator === 'reshape' || !isView(operator)) {
    return strides === null ? result : makeTensor(world, { ...tensor, strides });
  }
  const view = sharing(world, result, first, strides);
  if (operator === 'detach') view.tensor.lock = null;
  return view;
}

function changeInPlace(
  first: TensorValue,
  value: number | null,
  graph: GraphBuilder | null,
  requiresGrad: boolean,
): TensorValue {
  const { tensor } = first;
  tensor.storage.version++;
  tensor.version = tensor.storage.version;
  tensor.value = value;
  tensor.graph = graph;
  if (value !== null) tensor.known = null;
  if (requiresGrad) tensor.requiresGrad = true;
  return first;
}

/** A view with another shape, sharing memory where PyTorch shares it. */
export function emitView(
  world: TorchWorld,
  request: Omit<Request<'reshape'>, 'operator' | 'attributes'>,
  kind: 'view' | 'reshape',
  strides?: readonly number[],
): TensorValue {
  const [input] = request.inputs;
  if (input === undefined) throw new Error('A view needs an input.');
  const result = emitRequest(world, { ...request, operator: 'reshape', attributes: {} });
  if (world.reading.graph === null && input.tensor.writeBack !== null && result.tensor.known !== null) {
    // What is drawn into a view of a parameter is drawn into the parameter.
    result.tensor.writeBack = (at) => {
      input.tensor.known = result.tensor.known;
      input.tensor.writeBack?.(at);
    };
    return result;
  }
  const views = reshapedStrides(input.tensor, result.tensor.shape);
  if (views === null) {
    if (kind === 'reshape') return result;
    refuse(
      'shape',
      `${request.name}: view size is not compatible with the memory layout of ${formatShape(input.tensor.shape)} (a dimension spans across two subspaces); use .reshape(...) or .contiguous()`,
      request.place,
    );
  }
  return sharing(world, result, input, strides ?? views.strides);
}

/** The same value as a view of another tensor's memory. */
function sharing(
  world: TorchWorld,
  result: TensorValue,
  input: TensorValue,
  strides: readonly number[] | null,
): TensorValue {
  return makeTensor(world, {
    ...result.tensor,
    strides,
    storage: input.tensor.storage,
    version: input.tensor.version,
    writeBack: null,
    lock: lockOfView(world, input),
  });
}
