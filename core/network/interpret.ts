/** Python text -> Network: evaluates the program, builds the module it defines and runs its forward on symbols. */
import { FailureError } from '../failure.ts';
import { type Budget, createMeter, defaultBudget } from '../python/budget.ts';
import { createEvaluator, hostModule } from '../python/evaluator.ts';
import { numpyNames } from '../python/numpy-module.ts';
import type { PythonParser } from '../python/parser.ts';
import { createProgramModules, type ModuleTexts, type ProgramModules } from '../python/program-modules.ts';
import { type Place, placed, reasonError, refuse } from '../python/reason.ts';
import { type Evaluator, positional } from '../python/runtime.ts';
import { standardModules } from '../python/standard-modules.ts';
import type { ModuleValue, Value } from '../python/values.ts';
import { chooseClass } from './choose-class.ts';
import { assembleNetwork, collectRegistered, neededValues } from './collect.ts';
import { formatShape } from './dimensions.ts';
import { createGraphBuilder } from './graph-builder.ts';
import type { Network, Shape } from './ir.ts';
import { isAlwaysStandIn, lazyPackages, standInModule } from './stand-ins.ts';
import { createTorch, resetWorld, type Torch } from './torch/create-world.ts';
import { isModule, walkModules } from './torch/module.ts';
import { numpyArrays } from './torch/numpy-arrays.ts';
import { anything } from './torch/opaque.ts';
import { sideModules, torchExtensions } from './torch/side-modules.ts';
import { isTensor, makeTensor, type TensorValue } from './torch/tensor.ts';
import type { Misfit } from './torch/world.ts';

export interface ReadOptions {
  /** [C, H, W] of one image. */
  readonly input: readonly number[];
  /** Scores that forward must give for each image; null accepts any number. */
  readonly classes: number | null;
  readonly budget: Budget;
  /** The class to build; null chooses. */
  readonly className: string | null;
  /** A function at the top of the text that returns the module, in place of a class. */
  readonly factory?: string | null;
  /** Arguments of its constructor or of the function, by name. */
  readonly args: ReadonlyMap<string, Value>;
  /** Skips top-level statements that cannot be read (training code in a person's file). */
  readonly tolerant: boolean;
  /** The program's own files, which it may import; none when left out. */
  readonly files?: ProgramFiles;
}

export interface ProgramFiles {
  /** Dotted name of the text that is read, as relative imports need it. */
  readonly name: string;
  readonly package: string;
  readonly texts: ModuleTexts;
}

/** Reads programs, one after the other. @throws FailureError with a reason; its cause is a {@link Misfit} where sizes did not fit */
export type NetworkReader = (text: string, options: ReadOptions) => Network;

/** What the modules of a program are found in: the host's, then its own files, then stand-ins. */
interface Host {
  readonly modules: ReadonlyMap<string, ModuleValue>;
  readonly extensions: ReadonlyMap<string, Value>;
  readonly inForward: () => boolean;
  /** The files of the program that is read now. */
  program: ProgramModules | null;
}

function createHost(evaluator: Evaluator, torch: Torch): Host {
  const hint = anything('typing');
  const nn = torch.modules.get('torch.nn') ?? hostModule('torch.nn', []);
  const modules = new Map<string, ModuleValue>([
    ...sideModules(evaluator, nn),
    ...torch.modules,
    ...standardModules(evaluator, hint),
  ]);
  const inForward = () => torch.world.graph !== null;
  const arrays = [...torch.modules].flatMap(([name, each]) => (name === 'torch' ? numpyArrays(each) : []));
  const numpy = standInModule('numpy', inForward, [...numpyNames(evaluator), ...arrays]);
  if (numpy !== undefined) modules.set('numpy', numpy);
  modules.set(
    'torch.types',
    hostModule('torch.types', [], () => hint),
  );
  return {
    modules,
    extensions: torchExtensions(evaluator),
    inForward,
    program: null,
  };
}

/** A module by name. @throws a reason of kind import that says what would help */
function findModule(host: Host, name: string, place: Place): ModuleValue {
  const known = host.modules.get(name);
  if (known !== undefined) return known;
  const own = isAlwaysStandIn(name) ? undefined : host.program?.find(name, place);
  return own ?? standInModule(name, host.inForward) ?? unknownModule(name, place);
}

function unknownModule(name: string, place: Place): never {
  if (name === 'torch.nn.utils' || name.startsWith('torch.nn.utils.')) {
    return refuse('unsupported', `the module '${name}' is not supported yet`, place);
  }
  if (name === 'torch' || name.startsWith('torch.')) {
    return refuse('import', `ModuleNotFoundError: No module named '${name}'`, place);
  }
  return refuse(
    'import',
    `the module '${name}' is not known: put its files into the folder that --root names, or its classes into this file`,
    place,
  );
}

/** A reader. What Python and PyTorch define is made once: programs cannot change it. */
export function createNetworkReader(parser: PythonParser): NetworkReader {
  const found: { torch?: Torch; host?: Host } = {};
  const evaluator = createEvaluator(createMeter(defaultBudget), (made) => {
    const torch = createTorch(made);
    const host = createHost(made, torch);
    found.torch = torch;
    found.host = host;
    return {
      find: (name, place) => findModule(host, name, place),
      submodule(name, place) {
        const known = host.modules.get(name);
        if (known !== undefined || isAlwaysStandIn(name)) return known ?? standInModule(name, host.inForward);
        return host.program?.find(name, place);
      },
      extension(module, name) {
        const path = `${module.name}.${name}`;
        const below = host.modules.get(path) ?? host.program?.loaded(path);
        if (below !== undefined) return below;
        if (module.name !== 'torch') return undefined;
        return host.extensions.get(name) ?? standInModule(path, host.inForward);
      },
    };
  });
  const { torch, host } = found;
  if (torch === undefined || host === undefined) throw new Error('The evaluator made no torch.');
  const module = torch.world.classes.get('Module');
  if (module === undefined) throw new Error('There is no class Module.');
  return (text, options) => {
    if (text.length > options.budget.text) {
      refuse('budget', `the text has ${text.length} characters, more than ${options.budget.text}`);
    }
    evaluator.meter = createMeter(options.budget);
    evaluator.handling.length = 0;
    resetWorld(torch.world);
    const program = createProgramModules({
      evaluator,
      parser,
      texts: options.files?.texts ?? (() => null),
      tolerant: options.tolerant,
      lazy: lazyPackages,
    });
    host.program = program;
    try {
      const { name, package: parent } = options.files ?? { name: 'network', package: '' };
      const main = program.runMain(text, name, parent);
      if (options.factory !== undefined && options.factory !== null) {
        return buildNetwork(evaluator, torch, factoryOf(main.scope.variables, options.factory), options);
      }
      const type = chooseClass(main.statements, main.scope, module, options.className);
      try {
        return buildNetwork(evaluator, torch, type, options);
      } catch (error) {
        throw type.place === null ? error : placed(error, type.place);
      }
    } catch (error) {
      throw withMisfit(withCode(nestedTooDeeply(error), text, program), torch.world.misfit);
    } finally {
      resetWorld(torch.world);
      host.program = null;
    }
  };
}

/** A last resort below the computed bounds: the host's stack is not one of them. */
function nestedTooDeeply(error: unknown): unknown {
  const isStack = error instanceof RangeError && /call stack/i.test(error.message);
  return isStack ? reasonError('budget', 'the program nests too deeply') : error;
}

/** The error with the sizes that did not fit as its cause: what a repair starts from. */
function withMisfit(error: unknown, misfit: Misfit | null): unknown {
  if (misfit === null || !(error instanceof FailureError)) return error;
  if (error.failure.kind !== (misfit.kind === 'layer' ? 'shape' : 'output')) return error;
  return new FailureError(error.failure, { cause: misfit });
}

/** The error with the line of code that it names. */
function withCode(error: unknown, text: string, program: ProgramModules): unknown {
  if (!(error instanceof FailureError) || error.failure.line === undefined) return error;
  const { file, line } = error.failure;
  const source = file === undefined ? text : (program.textOf(file) ?? '');
  const code = source.split('\n', line)[line - 1]?.trim() ?? '';
  if (code === '') return error;
  return new FailureError({ ...error.failure, code: code.slice(0, 200) });
}

/** The function that makes the module. @throws a reason of kind class */
function factoryOf(variables: ReadonlyMap<string, Value>, name: string): Value {
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

function buildNetwork(evaluator: Evaluator, torch: Torch, maker: Value, options: ReadOptions): Network {
  const { world } = torch;
  const made = nameOf(maker);
  const root = evaluator.call(maker, { positional: [], keywords: options.args }, made.place);
  if (!isModule(world, root)) {
    const what = root === null ? 'None (is a return missing?)' : describeResult(root);
    return refuse('class', `${made.name} gives ${what}, not an nn.Module`, made.place);
  }
  const registered = collectRegistered(world, root);
  const shape: Shape = [{ batch: 1 }, ...options.input];
  const type = { name: root.type.name, place: root.type.place ?? made.place };
  const run = () => {
    const graph = createGraphBuilder(shape, options.budget);
    world.graph = graph;
    const input = makeTensor(world, { value: 0, graph, shape });
    return { graph, result: evaluator.call(root, positional(input), type.place) };
  };
  let { graph, result } = run();
  if (isTuple(result) && root.attributes.get('training') === true) {
    // Several outputs while training (auxiliary classifiers): the network is what it gives when it is evaluated.
    for (const [, module] of walkModules(world, root)) module.attributes.set('training', false);
    world.saved.length = 0;
    world.used.clear();
    world.reads.clear();
    ({ graph, result } = run());
  }
  world.misfit = { kind: 'output', shape: isTensor(result) ? result.tensor.shape : null };
  const output = checkOutput(type.name, result, options, type.place);
  const last = output.tensor.value;
  if (last === null) return refuse('gradient', `the output of ${type.name}.forward is a constant`, type.place);
  checkGradient(world.saved, neededValues(graph.nodes, last), output, type.name, type.place);
  return assembleNetwork(world, graph, registered, options.input, last);
}

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
