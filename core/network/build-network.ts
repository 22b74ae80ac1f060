/** Makes the module that a program defines and runs its forward on symbols: a network, or a list of its operations. */
import { findInClass } from '../python/evaluation/classes.ts';
import { type Evaluator, positional } from '../python/evaluation/runtime.ts';
import { type Place, refuse } from '../python/reason.ts';
import type { InstanceValue, Value } from '../python/types/values.ts';
import { chooseOutput } from './choose-output.ts';
import { assembleNetwork, collectRegistered } from './collect.ts';
import { createGraphBuilder } from './graph-builder.ts';
import { checkOperations } from './graph-meter.ts';
import { graphSizeOfNodes } from './graph-size.ts';
import type { Network, NetworkNode, Shape } from './ir.ts';
import { joinModes, type Mode, neededValues, pruned, type Trace } from './modes.ts';
import type { ReadOptions } from './read-options.ts';
import { isModule } from './torch/layers/module.ts';
import { setTraining } from './torch/layers/module-mode.ts';
import type { Torch } from './torch/world/create-world.ts';
import { makeTensor } from './torch/world/tensor.ts';
import { isTensor, type TensorValue } from './torch/world/values.ts';
import type { ProgramReading } from './torch/world/world.ts';

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
  world.reading.graph = graph;
  const input = makeTensor(world, { value: 0, graph, shape });
  return { graph, result: evaluator.call(root, positional(input), place) };
}

/** Follows forward in a mode, with all modules in it. @throws a reason */
function follow(evaluator: Evaluator, torch: Torch, made: Made, options: ReadOptions, mode: Mode) {
  const { world } = torch;
  world.reading.mode = mode;
  setTraining(world, made.root, mode === 'training');
  world.reading.saved.length = 0;
  world.reading.reads.clear();
  world.reading.unknowable.clear();
  const ran = runForward(evaluator, torch, made, options);
  return { mode, ...ran, saved: [...world.reading.saved], unknowable: [...world.reading.unknowable] };
}

type Followed = ReturnType<typeof follow>;

/**
 * What forward did in one mode, checked: logits of the right shape that depend on nothing that cannot be known, and
 * where the network `trains` so, nothing changed in place that a gradient needs. @throws a reason
 */
function checkedTrace(
  { world }: Torch,
  { name, place }: Made,
  { graph, result, saved, unknowable }: Followed,
  options: ReadOptions,
  trains: boolean,
): Trace {
  world.reading.misfit = { kind: 'output', shape: isTensor(result) ? result.tensor.shape : null };
  const { logits, note } = chooseOutput(result, {
    name,
    classes: options.classes,
    among: options.tolerant,
    place,
  });
  if (note !== null) world.reading.notes.add(note);
  const output = logits.tensor.value;
  if (output === null) return refuse('gradient', `the output of ${name}.forward is a constant`, place);
  const needed = neededValues(graph.nodes, output);
  for (const [value, reason] of unknowable) if (needed.has(value)) throw reason;
  if (trains) checkGradient(saved, needed, logits, name, place);
  return { input: [{ batch: 1 }, ...options.input], nodes: graph.nodes, output };
}

/** A network as it was read. */
export interface Reading {
  readonly network: Network;
  /** What a person should know of how it was read. */
  readonly notes: readonly string[];
}

/** Builds the module that a class or a function makes and reads it as a network. @throws a reason */
export const buildNetwork: Finish<Reading> = (evaluator, torch, maker, options) => {
  const { world } = torch;
  const made = makeModule(evaluator, torch, maker, options);
  const registered = collectRegistered(world, made.root);
  const training = follow(evaluator, torch, made, options, 'training');
  const read = (joined: Trace, { graph }: Followed): Reading => {
    checkOperations(made.name, graphSizeOfNodes(joined.nodes, joined.input).operations, options.budget);
    const network = assembleNetwork(world, graph.nodes, registered, options.input, joined);
    return { network, notes: [...world.reading.notes] };
  };
  const single = isTensor(training.result);
  const trained = single ? checkedTrace(torch, made, training, options, true) : null;
  if (trained !== null && !world.reading.modeMatters) return read(pruned(trained), training);
  const used = [...world.reading.used];
  world.reading.used.clear();
  const evaluation = follow(evaluator, torch, made, options, 'evaluation');
  if (!single && isTensor(evaluation.result)) {
    // Several outputs while training alone (auxiliary classifiers): the network is what it gives when it is evaluated.
    return read(pruned(checkedTrace(torch, made, evaluation, options, true)), evaluation);
  }
  for (const each of used) world.reading.used.add(each);
  const inTraining = trained ?? checkedTrace(torch, made, training, options, true);
  return read(joinModes(inTraining, checkedTrace(torch, made, evaluation, options, false)), training);
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

function describeResult(value: Value): string {
  if (value !== null && typeof value === 'object') return `a ${value.kind === 'host' ? value.typeName : value.kind}`;
  return `a ${typeof value}`;
}

function checkGradient(
  saved: ProgramReading['saved'],
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
