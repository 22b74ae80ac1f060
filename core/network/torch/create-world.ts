/** Our torch for one evaluation: classes, functions and the modules under which a program finds them. */
import { hostModule } from '../../python/evaluator.ts';
import { type Place, refuse } from '../../python/reason.ts';
import type { Evaluator } from '../../python/runtime.ts';
import { native } from '../../python/signature.ts';
import { type ModuleValue, makeClass, type Value } from '../../python/values.ts';
import { arithmetic, arithmeticInPlace } from './arithmetic.ts';
import { containerClasses } from './containers.ts';
import { emitPermute, emitRequest, emitView } from './emit.ts';
import { functionTables } from './functions.ts';
import { initialisers } from './initialisers.ts';
import { functionalNames, nnNames, tensorNames, torchNames } from './known-names.ts';
import { layerClasses } from './layers.ts';
import { moduleClass } from './module.ts';
import { anything, noGradient } from './opaque.ts';
import type { TorchWorld } from './world.ts';

export interface Torch {
  readonly world: TorchWorld;
  /** Modules by dotted name: `torch`, `torch.nn`, `torch.nn.functional`, `torch.nn.init`. */
  readonly modules: ReadonlyMap<string, ModuleValue>;
}

/** Forgets the last program: no graph, no names, nothing used. */
export function resetWorld(world: TorchWorld): void {
  world.graph = null;
  world.running = null;
  world.names.clear();
  world.paths.clear();
  world.used.clear();
  world.saved.length = 0;
}

/** Says why `prefix.name` is not there: not read yet, or no such name in PyTorch. */
function missingFrom(prefix: string, full: string, known: ReadonlySet<string>) {
  return (name: string): never => {
    if (known.has(name)) return refuse('unsupported', `${prefix}.${name} is not supported yet`);
    return refuse('attribute', `module '${full}' has no attribute '${name}'`);
  };
}

export function createTorch(evaluator: Evaluator): Torch {
  const world: TorchWorld = {
    evaluator,
    graph: null,
    running: null,
    names: new Map(),
    paths: new Map(),
    used: new Set(),
    tensorMethods: new Map(),
    classes: new Map(),
    tensorClass: makeClass('Tensor', [evaluator.object], new Map()),
    saved: [],
    emit: (request) => emitRequest(world, request),
    emitView: (request, kind) => emitView(world, request, kind),
    emitPermute: (input, order, request) => emitPermute(world, input, order, request),
    arithmetic: (tensor, operator, other, reflected, place) =>
      arithmetic(world, tensor, operator, other, reflected, place),
    arithmeticInPlace: (tensor, operator, other, place) => arithmeticInPlace(world, tensor, operator, other, place),
    unknownMethod(name: string, place: Place): never {
      if (tensorNames.has(name)) return refuse('unsupported', `Tensor.${name} is not supported yet`, place);
      return refuse('attribute', `'Tensor' object has no attribute '${name}'`, place);
    },
  };
  const module = moduleClass(world);
  world.classes.set('Module', module);
  const classes = [module, ...containerClasses(world, module), ...layerClasses(world, module)];
  for (const each of classes) world.classes.set(each.name, each);
  const functions = functionTables(world);
  for (const [name, callee] of functions.methods) world.tensorMethods.set(name, callee);

  const functional = hostModule(
    'torch.nn.functional',
    functions.functional,
    missingFrom('F', 'torch.nn.functional', functionalNames),
  );
  const init = hostModule('torch.nn.init', initialisers(), (name) =>
    refuse('unsupported', `nn.init.${name} is not supported yet`),
  );
  const parameter = native('Parameter', '*args, **kwargs', ({ place }) =>
    refuse('unsupported', 'nn.Parameter is not supported yet', place),
  );
  const nn = hostModule(
    'torch.nn',
    [
      ...classes.map((each): [string, Value] => [each.name, each]),
      ['functional', functional],
      ['init', init],
      ['Parameter', parameter],
    ],
    missingFrom('nn', 'torch.nn', nnNames),
  );
  const torch = hostModule(
    'torch',
    [
      ...functions.torch,
      ['nn', nn],
      ['Tensor', world.tensorClass],
      ['Size', anything('typing')],
      ...['float32', 'float', 'float64', 'float16', 'int64', 'long', 'dtype', 'device'].map((name): [string, Value] => [
        name,
        anything('typing'),
      ]),
      ['no_grad', noGradient('torch.no_grad')],
      ['manual_seed', native('manual_seed', 'seed', () => null)],
    ],
    missingFrom('torch', 'torch', torchNames),
  );
  const modules = new Map<string, ModuleValue>([
    ['torch', torch],
    ['torch.nn', nn],
    ['torch.nn.functional', functional],
    ['torch.nn.init', init],
  ]);
  return { world, modules };
}
