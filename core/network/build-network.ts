/** Makes the module that a program defines and runs its forward on symbols: a network, or a list of its operations. */
import { findInClass } from '../python/classes.ts';
import { type Place, refuse } from '../python/reason.ts';
import { type Evaluator, positional } from '../python/runtime.ts';
import type { InstanceValue, Value } from '../python/values.ts';
import { assembleNetwork, collectRegistered, neededValues } from './collect.ts';
import { formatShape } from './dimensions.ts';
import { createGraphBuilder } from './graph-builder.ts';
import type { Network, NetworkNode, Shape } from './ir.ts';
import type { ReadOptions } from './read-options.ts';
import type { Torch } from './torch/create-world.ts';
import { isModule, walkModules } from './torch/module.ts';
import { isTensor, makeTensor, type TensorValue } from './torch/tensor.ts';

/** What is made of the class or function that a program's module comes from. @throws a reason */
export type Finish<T> = (evaluator: Evaluator, torch: Torch, maker: Value, options: ReadOptions) => T;

/** The function that makes the module. @throws a reason of kind class */
export function factoryOf(variables: ReadonlyMap<string, Value>, name: string): Value {
  const found = variables.get(name);
  if (found !== undefined && found !== null && typeof found === 'object') {
    if (['function', 'native', 'bound', 'class'].includes(found.kind)) return found;
    if (found.kind === 'host' && found.call !== undefined) return found;
  }
  const functions = [...variables]
    .filter(([, value]) => value !== null && typeof value === 'object' && value.kind === 'function')
    .map(([each]) => each)
    .filter((each) => !each.startsWith('_'));
  const listed = functions.length === 0 ? '' : `; there is ${functions.slice(0, 20).join(', ')}`;
  return refuse('class', `there is no function named ${name}${listed}`);
}

/** What messages call the network: its class or the function that makes it. */
function nameOf(maker: Value): { readonly name: string; readonly place: Place } {
  const start = { line: 1, column: 1 };
  if (maker === null || typeof maker !== 'object') return { name: 'the network', place: start };
  if (maker.kind === 'class' || maker.kind === 'function') {
    return { name: maker.name, place: maker.place ?? start };
  }
  return { name: maker.kind === 'native' ? maker.name : 'the network', place: start };
}

/** The module's arguments: those given, and for a class those that it requires beyond them. */
function argumentsOf(maker: Value, { args, missing }: ReadOptions): ReadonlyMap<string, Value> {
  if (missing === undefined || maker === null || typeof maker !== 'object' || maker.kind !== 'class') return args;
  const init = findInClass(maker, '__init__');
  if (init === null || typeof init !== 'object' || init.kind !== 'function') return args;
  const required = init.parameters
    .slice(1)
    .filter(({ name, kind }) => (kind === 'positional' || kind === 'keyword') && !init.defaults.has(name));
  return new Map([...required.map(({ name }) => [name, missing(name)] as const), ...args]);
}

interface Made {
  readonly root: InstanceValue;
  readonly name: string;
  readonly place: Place;
}

/** Makes the module. @throws a reason */
function makeModule(evaluator: Evaluator, { world }: Torch, maker: Value, options: ReadOptions): Made {
  const made = nameOf(maker);
  const given = { positional: [], keywords: argumentsOf(maker, options) };
  const root = evaluator.call(maker, given, made.place);
  if (!isModule(world, root)) {
    const what = root === null ? 'None (is a return missing?)' : describeResult(root);
    return refuse('class', `${made.name} gives ${what}, not an nn.Module`, made.place);
  }
  return { root, name: root.type.name, place: root.type.place ?? made.place };
}

/** Runs forward on a symbol of the input's shape. @throws a reason */
function runForward(evaluator: Evaluator, { world }: Torch, { root, place }: Made, options: ReadOptions) {
  const shape: Shape = [{ batch: 1 }, ...options.input];
  const graph = createGraphBuilder(shape, options.budget);
  world.graph = graph;
  const input = makeTensor(world, { value: 0, graph, shape });
  return { graph, result: evaluator.call(root, positional(input), place) };
}

/** Builds the module that a class or a function makes and reads it as a network. @throws a reason */
export const buildNetwork: Finish<Network> = (evaluator, torch, maker, options) => {
  const { world } = torch;
  const made = makeModule(evaluator, torch, maker, options);
  const { root, name, place } = made;
  const registered = collectRegistered(world, root);
  let { graph, result } = runForward(evaluator, torch, made, options);
  if (isTuple(result) && root.attributes.get('training') === true) {
    // Several outputs while training (auxiliary classifiers): the network is what it gives when it is evaluated.
    for (const [, module] of walkModules(world, root)) module.attributes.set('training', false);
    world.saved.length = 0;
    world.used.clear();
    world.reads.clear();
    ({ graph, result } = runForward(evaluator, torch, made, options));
  }
  world.misfit = { kind: 'output', shape: isTensor(result) ? result.tensor.shape : null };
  const output = checkOutput(name, result, options, place);
  const last = output.tensor.value;
  if (last === null) return refuse('gradient', `the output of ${name}.forward is a constant`, place);
  checkGradient(world.saved, neededValues(graph.nodes, last), output, name, place);
  return assembleNetwork(world, graph, registered, options.input, last);
};

/** What a module's forward does to one input, whether its output needs it or not. */
export interface Operations {
  /** In the order in which they ran; value 0 is the input, node i yields value i + 1. */
  readonly nodes: readonly NetworkNode[];
  /** The value that it returns; where that is no value of the graph, the number that stands everywhere in it. */
  readonly output: { readonly value: number } | { readonly everywhere: number };
  readonly shape: Shape;
}

/** Builds a module and lists the operations of its forward, which gives one tensor. @throws a reason */
export const traceOperations: Finish<Operations> = (evaluator, torch, maker, options) => {
  const made = makeModule(evaluator, torch, maker, options);
  collectRegistered(torch.world, made.root);
  const { graph, result } = runForward(evaluator, torch, made, options);
  if (!isTensor(result)) {
    const what = result === null ? 'None (is a return missing?)' : describeResult(result);
    return refuse('output', `${made.name}.forward returns ${what}, but must return one tensor`, made.place);
  }
  const { value, known, shape } = result.tensor;
  if (value !== null) return { nodes: graph.nodes, output: { value }, shape };
  if (known?.kind === 'draw' && known.initializer.kind === 'constant') {
    return { nodes: graph.nodes, output: { everywhere: known.initializer.value }, shape };
  }
  return refuse('output', `the output of ${made.name}.forward does not depend on its input`, made.place);
};

function isTuple(value: Value): boolean {
  return value !== null && typeof value === 'object' && value.kind === 'tuple';
}

function checkOutput(name: string, result: Value, options: ReadOptions, place: Place): TensorValue {
  const wanted = `[N, ${options.classes ?? 'classes'}]`;
  if (!isTensor(result)) {
    const what = result === null ? 'None (is a return missing?)' : describeResult(result);
    return refuse('output', `${name}.forward returns ${what}, but must return a tensor ${wanted}`, place);
  }
  const { shape } = result.tensor;
  const [batch, classes] = shape;
  const fits =
    shape.length === 2 &&
    typeof batch === 'object' &&
    batch.batch === 1 &&
    typeof classes === 'number' &&
    (options.classes === null || classes === options.classes);
  if (!fits)
    refuse('output', `${name}.forward returns a tensor ${formatShape(shape)}, but must return ${wanted}`, place);
  return result;
}

function describeResult(value: Value): string {
  if (value !== null && typeof value === 'object') return `a ${value.kind === 'host' ? value.typeName : value.kind}`;
  return `a ${typeof value}`;
}

function checkGradient(
  saved: Torch['world']['saved'],
  needed: ReadonlySet<number>,
  output: TensorValue,
  name: string,
  place: Place,
): void {
  if (!output.tensor.requiresGrad) {
    refuse(
      'gradient',
      `the output of ${name}.forward does not depend on any parameter, so there is nothing to train`,
      place,
    );
  }
  for (const each of saved) {
    if (needed.has(each.node) && each.storage.version !== each.version) {
      refuse(
        'gradient',
        `one of the variables needed for gradient computation has been modified by an inplace operation: ${each.name} needs it`,
        each.place,
      );
    }
  }
}
