/** Python text -> Network: evaluates the program, builds the module it defines and runs its forward on symbols. */
import { FailureError } from '../failure.ts';
import { assignedNames } from '../python/assigned-names.ts';
import { type Budget, createMeter, defaultBudget } from '../python/budget.ts';
import { createEvaluator, hostModule, moduleScope } from '../python/evaluator.ts';
import type { PythonParser } from '../python/parser.ts';
import { type Place, placed, reasonError, refuse } from '../python/reason.ts';
import { type Evaluator, positional } from '../python/runtime.ts';
import { standardModules } from '../python/standard-modules.ts';
import type { Statement } from '../python/syntax.ts';
import type { ClassValue, ModuleValue, Scope, Value } from '../python/values.ts';
import { chooseClass } from './choose-class.ts';
import { assembleNetwork, collectRegistered, neededValues } from './collect.ts';
import { formatShape } from './dimensions.ts';
import { createGraphBuilder } from './graph-builder.ts';
import type { Network, Shape } from './ir.ts';
import { createTorch, resetWorld, type Torch } from './torch/create-world.ts';
import { isModule } from './torch/module.ts';
import { anything } from './torch/opaque.ts';
import { isTensor, makeTensor, type TensorValue } from './torch/tensor.ts';

export interface ReadOptions {
  /** [C, H, W] of one image. */
  readonly input: readonly number[];
  /** Scores that forward must give for each image; null accepts any number. */
  readonly classes: number | null;
  readonly budget: Budget;
  /** The class to build; null chooses. */
  readonly className: string | null;
  /** Arguments of its constructor, by name. */
  readonly args: ReadonlyMap<string, Value>;
  /** Skips top-level statements that cannot be read (training code in a person's file). */
  readonly tolerant: boolean;
}

interface Program {
  readonly evaluator: Evaluator;
  readonly torch: Torch;
  readonly scope: Scope;
}

/** Reads programs, one after the other. @throws FailureError with a reason */
export type NetworkReader = (text: string, options: ReadOptions) => Network;

/** A reader. What Python and PyTorch define is made once: programs cannot change it. */
export function createNetworkReader(parser: PythonParser): NetworkReader {
  const found: { torch?: Torch } = {};
  const evaluator = createEvaluator(createMeter(defaultBudget), (made) => {
    const torch = createTorch(made);
    found.torch = torch;
    const hint = anything('typing');
    const modules = new Map<string, ModuleValue>([...torch.modules, ...standardModules(made, hint)]);
    modules.set(
      'torch.types',
      hostModule('torch.types', [], () => hint),
    );
    return (name: string, place: Place) => {
      const module = modules.get(name);
      return module ?? refuse('import', `the module '${name}' is not known`, place);
    };
  });
  const { torch } = found;
  if (torch === undefined) throw new Error('The evaluator made no torch.');
  const module = torch.world.classes.get('Module');
  if (module === undefined) throw new Error('There is no class Module.');
  return (text, options) => {
    if (text.length > options.budget.text) {
      refuse('budget', `the text has ${text.length} characters, more than ${options.budget.text}`);
    }
    evaluator.meter = createMeter(options.budget);
    resetWorld(torch.world);
    try {
      const statements = parser.parse(text);
      const program = { evaluator, torch, scope: moduleScope([['__name__', 'network']]) };
      runProgram(program, statements, options.tolerant);
      const type = chooseClass(statements, program.scope, module, options.className);
      try {
        return buildNetwork(program, type, options);
      } catch (error) {
        throw type.place === null ? error : placed(error, type.place);
      }
    } catch (error) {
      // A last resort below the computed bounds: the host's stack is not one of them.
      if (error instanceof RangeError && /call stack/i.test(error.message)) {
        throw reasonError('budget', 'the program nests too deeply');
      }
      throw error;
    } finally {
      resetWorld(torch.world);
    }
  };
}

function runProgram({ evaluator, scope }: Program, statements: readonly Statement[], tolerant: boolean): void {
  for (const statement of statements) {
    try {
      evaluator.execute([statement], scope);
    } catch (error) {
      const skip = error instanceof FailureError && ['unsupported', 'import'].includes(error.failure.kind);
      if (!skip || !tolerant) throw error;
      for (const name of assignedNames([statement])) scope.unread?.set(name, error);
    }
  }
}

function buildNetwork(program: Program, type: ClassValue, options: ReadOptions): Network {
  const { evaluator, torch } = program;
  const { world } = torch;
  const place = type.place ?? { line: 1, column: 1 };
  const root = evaluator.call(type, { positional: [], keywords: options.args }, place);
  if (!isModule(world, root)) return refuse('class', `${type.name} did not make an nn.Module`, place);
  const registered = collectRegistered(world, root);
  const shape: Shape = [{ batch: 1 }, ...options.input];
  const graph = createGraphBuilder(shape, options.budget);
  world.graph = graph;
  const input = makeTensor(world, {
    value: 0,
    shape,
    strides: null,
    storage: { version: 0 },
    version: 0,
    requiresGrad: false,
  });
  const result = evaluator.call(root, positional(input), place);
  const output = checkOutput(type, result, options, place);
  checkGradient(world.saved, neededValues(graph.nodes, output.tensor.value), output, type, place);
  return assembleNetwork(world, graph, registered, options.input, output.tensor.value);
}

function checkOutput(type: ClassValue, result: Value, options: ReadOptions, place: Place): TensorValue {
  const wanted = `[N, ${options.classes ?? 'classes'}]`;
  if (!isTensor(result)) {
    const what = result === null ? 'None (is a return missing?)' : describeResult(result);
    return refuse('output', `${type.name}.forward returns ${what}, but must return a tensor ${wanted}`, place);
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
    refuse('output', `${type.name}.forward returns a tensor ${formatShape(shape)}, but must return ${wanted}`, place);
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
  type: ClassValue,
  place: Place,
): void {
  if (!output.tensor.requiresGrad) {
    refuse(
      'gradient',
      `the output of ${type.name}.forward does not depend on any parameter, so there is nothing to train`,
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
