/**
 * Weight normalisation (Salimans and Kingma 2016): a layer's weight is w = g v / |v|, the norm over all axes but one. Both
 * of PyTorch's forms: torch.nn.utils.weight_norm (weight_g, weight_v) and torch.nn.utils.parametrizations.weight_norm.
 */

import { positional } from '../../../python/evaluation/runtime.ts';
import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import type { InstanceValue, NativeFunction, Value } from '../../../python/types/values.ts';
import type { Initializer } from '../../ir.ts';
import { normOf } from '../functions/reduction-functions.ts';
import { integerOf } from '../world/arguments.ts';
import { apply, product2 } from '../world/operations.ts';
import { makeTensor } from '../world/tensor.ts';
import { isParameter, type ParameterValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { isModule, register, registry } from './module.ts';
import { makeParameter, parameterShape } from './parameter.ts';

/** How a layer's forward is called with a weight of its own: the function of F, and the attributes that follow the bias. */
const functions: Readonly<Record<string, readonly [name: string, ...attributes: string[]]>> = {
  Linear: ['linear'],
  Conv1d: ['conv1d', 'stride', 'padding', 'dilation', 'groups'],
  Conv2d: ['conv2d', 'stride', 'padding', 'dilation', 'groups'],
  ConvTranspose1d: ['conv_transpose1d', 'stride', 'padding', 'output_padding', 'groups', 'dilation'],
  ConvTranspose2d: ['conv_transpose2d', 'stride', 'padding', 'output_padding', 'groups', 'dilation'],
};

/** Root of the mean square of a draw. */
function rootMeanSquare(initializer: Initializer, place: Place): number {
  switch (initializer.kind) {
    case 'constant':
      return Math.abs(initializer.value);
    case 'uniform':
      return initializer.bound / Math.sqrt(3);
    case 'normal':
      return Math.hypot(initializer.mean, initializer.deviation);
    default:
      return refuse('unsupported', `weight_norm of a weight drawn as ${initializer.kind} is not supported yet`, place);
  }
}

interface Parts {
  readonly v: ParameterValue;
  readonly g: ParameterValue;
  readonly axis: number | null;
}

/** g and v of a weight. g is |v|, of which the sizes and the draw of v tell the root of the mean square. */
function partsOf(world: TorchWorld, v: ParameterValue, dim: Value, place: Place): Parts {
  const shape = parameterShape(v, place);
  const given = dim === null ? null : integerOf(dim, { what: 'weight_norm(): dim', place });
  const axis = given === null || given === -1 ? null : given < 0 ? given + shape.length : given;
  if (axis !== null && axis >= shape.length) refuse('index', `weight_norm(): dim ${axis} is out of range`, place);
  const kept = shape.map((size, i) => (i === axis ? size : 1));
  const summed = shape.reduce((product, size) => product * size, 1) / kept.reduce((product, size) => product * size, 1);
  const value = Math.sqrt(summed) * rootMeanSquare(v.parameter.initializer, place);
  const count = kept.reduce((product, size) => product * size, 1);
  world.evaluator.meter.parameters(count);
  const g = makeParameter(world, axis === null ? [] : kept, { kind: 'constant', value });
  world.reading.notes.add(
    'weight_norm: g starts as the root of the mean square of |v|, in PyTorch as |v| of the numbers drawn',
  );
  return { v, g, axis };
}

function weightOf(world: TorchWorld, { v, g, axis }: Parts, place: Place): Value {
  const site = { name: 'weight_norm', place };
  const whole = v.read(place);
  const axes = whole.tensor.shape.map((_, i) => i).filter((i) => i !== axis);
  const norm = normOf(world, whole, 2, axes, axis !== null, site);
  const factor = apply(world, 'divide', {}, [g.read(place), norm], site);
  return product2(world, whole, factor, site);
}

/** The layer's forward, with the weight computed each time. */
function forwardOf(
  world: TorchWorld,
  self: InstanceValue,
  parts: Parts,
  functional: ReadonlyMap<string, Value>,
  place: Place,
) {
  const layer = self.type.order.find((each) => world.classes.get(each.name) === each && each.name in functions);
  const [name, ...attributes] = functions[layer?.name ?? ''] ?? [''];
  const callee = functional.get(name);
  const own = self.type.order.find((each) => each.attributes.has('forward'));
  if (layer === undefined || callee === undefined || own !== layer) {
    return refuse('unsupported', `weight_norm of ${self.type.name} is not supported yet`, place);
  }
  return native('forward', 'input', ({ get, place: at }) => {
    if ((self.attributes.get('padding_mode') ?? 'zeros') !== 'zeros') {
      refuse('unsupported', 'weight_norm of a layer with another padding_mode than zeros is not supported yet', at);
    }
    const bias = registry(self, '_parameters')?.entries.get('sbias')?.[1] ?? null;
    const rest = attributes.map((each) => self.attributes.get(each) ?? null);
    return world.evaluator.call(callee, positional(get('input'), weightOf(world, parts, at), bias, ...rest), at);
  });
}

/** The layer and the parameter that a call names, taken out of the layer. */
function takeWeight(
  world: TorchWorld,
  { get, place }: Taken,
): { self: InstanceValue; name: string; v: ParameterValue } {
  const [self, name] = [get('module'), get('name')];
  if (!isModule(world, self)) return refuse('type', 'weight_norm(): module must be an nn.Module', place);
  const v = registry(self, '_parameters')?.entries.get(`s${String(name)}`)?.[1] ?? null;
  if (name !== 'weight' || !isParameter(v)) {
    return refuse('unsupported', `weight_norm of ${self.type.name}.${String(name)} is not supported yet`, place);
  }
  registry(self, '_parameters')?.entries.delete(`s${name}`);
  return { self, name, v };
}

/** torch.nn.utils.weight_norm. */
export function weightNorm(world: TorchWorld, functional: ReadonlyMap<string, Value>): NativeFunction {
  return native('weight_norm', "module, name='weight', dim=0", (taken) => {
    const { self, name, v } = takeWeight(world, taken);
    const parts = partsOf(world, v, taken.get('dim'), taken.place);
    register(self, '_parameters', `${name}_g`, parts.g);
    register(self, '_parameters', `${name}_v`, v);
    const { initializer } = v.parameter;
    // What a program does to it before forward is lost there too: forward computes it anew.
    self.attributes.set(
      name,
      makeTensor(world, { shape: parameterShape(v, taken.place), known: { kind: 'draw', initializer } }),
    );
    self.attributes.set('forward', forwardOf(world, self, parts, functional, taken.place));
    return self;
  });
}

/** torch.nn.utils.parametrizations.weight_norm. */
export function parametrizedWeightNorm(world: TorchWorld, functional: ReadonlyMap<string, Value>): NativeFunction {
  return native('weight_norm', "module, name='weight', dim=0", (taken) => {
    const { evaluator, classes } = world;
    const { self, name, v } = takeWeight(world, taken);
    const parts = partsOf(world, v, taken.get('dim'), taken.place);
    const made = (type: string) => evaluator.call(classes.get(type) ?? null, positional(), taken.place);
    const [list, held] = [made('Module'), made('ModuleDict')];
    if (!isModule(world, list) || !isModule(world, held)) throw new Error('There is no class Module.');
    register(list, '_parameters', 'original0', parts.g);
    register(list, '_parameters', 'original1', v);
    register(held, '_modules', name, list);
    register(self, '_modules', 'parametrizations', held);
    self.attributes.set('forward', forwardOf(world, self, parts, functional, taken.place));
    return self;
  });
}
