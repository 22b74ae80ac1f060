/** Python text -> Network: evaluates the program, builds the module it defines and runs its forward on symbols. */
import { FailureError } from '../failure.ts';
import { createMeter, defaultBudget } from '../python/budget.ts';
import { createEvaluator } from '../python/evaluation/evaluator.ts';
import { createProgramModules, type ProgramModules } from '../python/modules/program-modules.ts';
import { placed, reasonError, refuse } from '../python/reason.ts';
import type { PythonParser } from '../python/syntax/parser.ts';
import {
  buildNetwork,
  type Finish,
  factoryOf,
  type Operations,
  type Reading,
  traceOperations,
} from './build-network.ts';
import { chooseClass } from './choose-class.ts';
import { createHost, findModule, type Host } from './host.ts';
import { withLibrary } from './library/modules.ts';
import type { ReadOptions } from './read-options.ts';
import { isAlwaysStandIn, lazyPackages, standInModule } from './stand-ins.ts';
import { createTorch, type Torch } from './torch/world/create-world.ts';
import { type Misfit, newReading } from './torch/world/world.ts';
import { withTorchvision } from './torchvision/modules.ts';

/** Reads a program as a network. @throws FailureError with a reason; its cause is a {@link Misfit} where sizes did not fit */
export type NetworkReader = (text: string, options: ReadOptions) => Reading;

/** Reads programs, one after the other. */
export interface ProgramReader {
  readonly network: NetworkReader;
  /** Reads a module that need not be a network: all that its forward does. @throws FailureError with a reason */
  readonly operations: (text: string, options: ReadOptions) => Operations;
}

/** A reader. What Python and PyTorch define is made once: programs cannot change it. */
export function createProgramReader(parser: PythonParser): ProgramReader {
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
  const read = <T>(text: string, options: ReadOptions, finish: Finish<T>): T => {
    if (text.length > options.budget.text) {
      refuse('budget', `the text has ${text.length} characters, more than ${options.budget.text}`);
    }
    evaluator.meter = createMeter(options.budget);
    evaluator.handling.length = 0;
    evaluator.unfinished.clear();
    torch.world.reading = newReading();
    host.reset();
    const program = createProgramModules({
      evaluator,
      parser,
      texts: withLibrary(withTorchvision(options.files?.texts ?? (() => null), host.inForward), host.inForward),
      tolerant: options.tolerant,
      lazy: lazyPackages,
    });
    host.program = program;
    try {
      const { name, package: parent } = options.files ?? { name: 'network', package: '' };
      const main = program.runMain(text, name, parent);
      if (options.factory !== undefined && options.factory !== null) {
        return finished(finish(evaluator, torch, factoryOf(main.scope.variables, options.factory), options));
      }
      const type = chooseClass(main.statements, main.scope, module, options.className);
      try {
        return finished(finish(evaluator, torch, type, options));
      } catch (error) {
        throw type.place === null ? error : placed(error, type.place);
      }
    } catch (error) {
      throw withMisfit(withCode(beyondHost(error), text, program), torch.world.reading.misfit);
    } finally {
      torch.world.reading = newReading();
      host.program = null;
    }
  };
  const finished = <T>(result: T): T => {
    if (evaluator.unfinished.size === 0) return result;
    return refuse(
      'unsupported',
      'a generator is left unfinished inside try or with: when its cleanup runs depends on memory, which is not read; let it end, or close() it',
    );
  };
  return {
    network: (text, options) => read(text, options, buildNetwork),
    operations: (text, options) => read(text, options, traceOperations),
  };
}

/** A last resort below the computed bounds: the host's stack, and the largest array, text and integer that it makes. */
function beyondHost(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  const isStack = /call stack/i.test(error.message);
  return reasonError(
    'budget',
    isStack ? 'the program nests too deeply' : 'the program builds a value that is too large',
  );
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
