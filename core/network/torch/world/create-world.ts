/** Our torch for one evaluation: classes, functions and the modules under which a program finds them. */
import { makeClass } from '../../../python/evaluation/classes.ts';
import { hostModule } from '../../../python/evaluation/evaluator.ts';
import type { Evaluator } from '../../../python/evaluation/runtime.ts';
import { native } from '../../../python/evaluation/signature.ts';
import { versionMaker } from '../../../python/modules/versions.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import type { ClassValue, ModuleValue, Value } from '../../../python/types/values.ts';
import { tensorConstructor } from '../functions/creation-functions.ts';
import { functionTables } from '../functions/functions.ts';
import { assignIndex, indexTensor } from '../functions/indexing.ts';
import { abstractLayers } from '../layers/abstract-layers.ts';
import { containerClasses } from '../layers/containers.ts';
import { initialisers } from '../layers/initialisers.ts';
import { layerClasses } from '../layers/layers.ts';
import { moduleClass } from '../layers/module.ts';
import { addHooks } from '../layers/module-hooks.ts';
import { addModuleMode } from '../layers/module-mode.ts';
import { addModuleWalks } from '../layers/module-walks.ts';
import { parameterContainers } from '../layers/parameter-containers.ts';
import {
  bufferFunction,
  changeInForward,
  fillParameter,
  parameterFunction,
  readParameter,
} from '../layers/parameter-values.ts';
import { arithmetic, arithmeticInPlace, compareTensors, invert } from './arithmetic.ts';
import { autogradModules } from './autograd.ts';
import { deviceType } from './devices.ts';
import { emitRequest, emitView } from './emit.ts';
import { gradientMode, setGradEnabled } from './gradient-mode.ts';
import { affineDraw, type ElementType, elementTypeValue } from './known.ts';
import { functionalNames, nnNames, tensorNames, torchNames } from './known-names.ts';
import { anything, channelsLast } from './opaque.ts';
import { newReading, type TorchWorld } from './world.ts';

export interface Torch {
  readonly world: TorchWorld;
  /** Modules by dotted name: `torch`, `torch.nn`, `torch.nn.functional`, `torch.nn.init`. */
  readonly modules: ReadonlyMap<string, ModuleValue>;
}

/** Says why `prefix.name` is not there: not read yet, or no such name in PyTorch. */
function missingFrom(prefix: string, full: string, known: ReadonlySet<string>) {
  return (name: string): never => {
    if (known.has(name)) return refuse('unsupported', `${prefix}.${name} is not supported yet`);
    return refuse('attribute', `module '${full}' has no attribute '${name}'`);
  };
}

/**
 * Layers that are not read are classes that may be asked for (`isinstance(m, nn.Conv3d)`) and extended: making one is
 * refused.
 */
function unreadLayers(module: ClassValue): (name: string) => Value {
  const missing = missingFrom('nn', 'torch.nn', nnNames);
  const made = new Map<string, ClassValue>();
  return (name) => {
    if (!nnNames.has(name) || !/^[A-Z]/.test(name)) return missing(name);
    const known = made.get(name);
    if (known !== undefined) return known;
    const construct = (_given: unknown, place: Place) =>
      refuse('unsupported', `nn.${name} is not supported yet`, place);
    const type = makeClass(name, [module], new Map(), { construct });
    made.set(name, type);
    return type;
  };
}

/** The dtypes of torch, by name: what is not an integer or a mask is a float. */
const dtypes: Readonly<Record<string, ElementType>> = {
  float32: 'float32',
  float: 'float32',
  float64: 'float32',
  double: 'float32',
  float16: 'float32',
  half: 'float32',
  bfloat16: 'float32',
  int64: 'int64',
  long: 'int64',
  int32: 'int64',
  int: 'int64',
  int16: 'int64',
  int8: 'int64',
  uint8: 'int64',
  bool: 'bool',
};

export function createTorch(evaluator: Evaluator): Torch {
  const tensorClass = makeClass('Tensor', [evaluator.object], new Map(), {
    construct: (given, place) => world.evaluator.call(newTensor, given, place),
  });
  const parameterClass = makeClass('Parameter', [tensorClass], new Map(), {
    construct: (given, place) => world.evaluator.call(newParameter, given, place),
  });
  const world: TorchWorld = {
    evaluator,
    reading: newReading(),
    tensorMethods: new Map(),
    classes: new Map(),
    abstractClasses: new Map(),
    tensorClass,
    parameterClass,
    types: new Map(),
    readParameter: (each, place) => readParameter(world, each, place),
    changeInForward: (each, place) => changeInForward(world, each, place),
    fillParameter: (each, value, place) => fillParameter(world, each, value, place),
    scaledInitializer: (initializer, scale, shift, place) =>
      affineDraw(evaluator.meter, initializer, scale, shift) ??
      refuse('unsupported', 'this change of a parameter is not supported yet', place),
    indexTensor: (tensor, index, place) => indexTensor(world, tensor, index, place),
    assignIndex: (tensor, index, value, place) => assignIndex(world, tensor, index, value, place),
    compareTensors: (tensor, operator, other, place) => compareTensors(world, tensor, operator, other, place),
    invert: (tensor, place) => invert(world, tensor, place),
    emit: (request) => emitRequest(world, request),
    emitView: (request, kind, strides) => emitView(world, request, kind, strides),
    arithmetic: (tensor, operator, other, reflected, place) =>
      arithmetic(world, tensor, operator, other, reflected, place),
    arithmeticInPlace: (tensor, operator, other, place) => arithmeticInPlace(world, tensor, operator, other, place),
    unknownMethod(name: string, place: Place): never {
      if (tensorNames.has(name)) return refuse('unsupported', `Tensor.${name} is not supported yet`, place);
      return refuse('attribute', `'Tensor' object has no attribute '${name}'`, place);
    },
  };
  const module = moduleClass(world);
  addModuleWalks(world, module);
  addModuleMode(world, module);
  addHooks(world, module);
  abstractLayers(world, module);
  world.classes.set('Module', module);
  for (const each of containerClasses(world, module)) world.classes.set(each.name, each);
  for (const each of parameterContainers(world, module)) world.classes.set(each.name, each);
  layerClasses(world, module);
  const classes = [...world.classes.values()];
  const newParameter = parameterFunction(world);
  const newTensor = tensorConstructor(world);
  const functions = functionTables(world);
  for (const [name, callee] of functions.methods) world.tensorMethods.set(name, callee);

  const types = Object.entries(dtypes).map(([name, type]): [string, Value] => {
    const value = elementTypeValue(type, `torch.${name}`);
    if (!world.types.has(type)) world.types.set(type, value);
    return [name, value];
  });
  const functional = hostModule(
    'torch.nn.functional',
    functions.functional,
    missingFrom('F', 'torch.nn.functional', functionalNames),
    () => functionalNames,
  );
  const init = hostModule('torch.nn.init', initialisers(world), (name) =>
    refuse('unsupported', `nn.init.${name} is not supported yet`),
  );
  const nn = hostModule(
    'torch.nn',
    [
      ...classes.map((each): [string, Value] => [each.name, each]),
      ['functional', functional],
      ['init', init],
      ['Parameter', parameterClass],
      ['parameter', hostModule('torch.nn.parameter', [['Parameter', parameterClass]])],
      ['Buffer', bufferFunction(world)],
    ],
    unreadLayers(module),
    () => nnNames,
  );
  const gradients = autogradModules(world);
  const [autograd = hostModule('torch.autograd', [])] = gradients;
  const torch = hostModule(
    'torch',
    [
      ...functions.torch,
      ['nn', nn],
      ['Tensor', world.tensorClass],
      ['FloatTensor', newTensor],
      ['Size', anything('typing')],
      ['dtype', anything('typing')],
      ['channels_last', channelsLast],
      ...['channels_last_3d', 'contiguous_format', 'preserve_format'].map((name): [string, Value] => [
        name,
        anything('torch.memory_format'),
      ]),
      ['device', deviceType()],
      ...types,
      ['__version__', versionMaker(evaluator)('2.13.0+cpu')],
      ['pi', Math.PI],
      ['e', Math.E],
      ['nan', Number.NaN],
      ['inf', Number.POSITIVE_INFINITY],
      ['newaxis', null],
      ['no_grad', gradientMode(world, 'torch.no_grad', false)],
      ['inference_mode', gradientMode(world, 'torch.inference_mode', false)],
      ['enable_grad', gradientMode(world, 'torch.enable_grad', true)],
      ['set_grad_enabled', setGradEnabled(world)],
      ['autograd', autograd],
      ['is_grad_enabled', native('is_grad_enabled', '', () => world.reading.gradients)],
      ['get_default_dtype', native('get_default_dtype', '', () => world.types.get('float32') ?? null)],
      ['manual_seed', native('manual_seed', 'seed', () => null)],
    ],
    missingFrom('torch', 'torch', torchNames),
    () => torchNames,
  );
  const modules = new Map<string, ModuleValue>([
    ['torch', torch],
    ['torch.nn', nn],
    ['torch.nn.functional', functional],
    ['torch.nn.init', init],
    ['torch.nn.parameter', hostModule('torch.nn.parameter', [['Parameter', parameterClass]])],
    ...gradients.map((each) => [each.name, each] as const),
  ]);
  return { world, modules };
}
