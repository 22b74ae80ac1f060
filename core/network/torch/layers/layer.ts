/** What a layer of torch.nn is made of: constructor, parameters, forward; and the class that a program sees. */
import { FailureError } from '../../../failure.ts';
import { makeClass, override } from '../../../python/evaluation/classes.ts';
import { positional } from '../../../python/evaluation/runtime.ts';
import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { typeName } from '../../../python/types/type-name.ts';
import type { ClassValue, InstanceValue, NativeFunction, Value } from '../../../python/types/values.ts';
import type { Initializer } from '../../ir.ts';
import { booleanOf, floatOf, integerOf, tensorOf } from '../world/arguments.ts';
import type { TensorValue } from '../world/values.ts';
import { isParameter, type ParameterValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { abstractBaseOf } from './abstract-layers.ts';
import { initialiseModule, ownTensors, register, registry, selfOf } from './module.ts';
import { makeParameter } from './parameter.ts';

export interface LayerDefinition {
  readonly name: string;
  /** The class of torch.nn that it extends, where it is not Module itself. */
  readonly base?: string;
  /** Parameters of the constructor besides self. */
  readonly signature: string;
  /** Parameters of forward besides self, the input first; `input` where left out. */
  readonly takes?: string;
  /** Sets attributes and parameters; plain arguments are already attributes. */
  build?(self: InstanceValue, taken: Taken): void;
  forward(self: InstanceValue, input: TensorValue, place: Place, taken: Taken): Value;
  /** Further methods of the class. */
  readonly methods?: readonly NativeFunction[];
  /** What is read without a call, of self. */
  readonly properties?: readonly NativeFunction[];
}

/** Plain attribute of a layer, as the program may have changed it. */
export function attributeOf(self: InstanceValue, name: string): Value {
  return self.attributes.get(name) ?? null;
}

export function parameterOf(self: InstanceValue, name: string): ParameterValue | undefined {
  return tensorIn(self, '_parameters', name);
}

export function bufferOf(self: InstanceValue, name: string): ParameterValue | undefined {
  return tensorIn(self, '_buffers', name);
}

function tensorIn(self: InstanceValue, kind: '_parameters' | '_buffers', name: string): ParameterValue | undefined {
  const found = registry(self, kind)?.entries.get(`s${name}`)?.[1] ?? null;
  return isParameter(found) ? found : undefined;
}

/** A parameter that the layer cannot do without. */
export function weightOf(self: InstanceValue, place: Place, name = 'weight'): ParameterValue {
  return parameterOf(self, name) ?? refuse('attribute', `${self.type.name} has no ${name}`, place);
}

/** Adds a parameter of a shape, null for a lazy one, counted against the budget. @throws a reason for negative sizes */
export function addParameter(
  world: TorchWorld,
  self: InstanceValue,
  name: string,
  shape: readonly number[] | null,
  initializer: Initializer,
  place: Place,
): void {
  const negative = shape?.find((size) => size < 0);
  if (negative !== undefined)
    refuse('value', `Trying to create tensor with negative dimension ${negative}: [${shape?.join(', ')}]`, place);
  world.evaluator.meter.parameters(shape?.reduce((product, size) => product * size, 1) ?? 0);
  register(self, '_parameters', name, makeParameter(world, shape, initializer));
}

/** Adds a buffer filled with one number; its shape is null until a lazy layer has seen its input. */
export function addBuffer(
  world: TorchWorld,
  self: InstanceValue,
  name: string,
  shape: readonly number[] | null,
  type: 'float32' | 'int64',
  value: number,
): void {
  const content = { type, value, persistent: true, tensor: null };
  register(self, '_buffers', name, makeParameter(world, shape, { kind: 'constant', value }, content));
}

/** kaiming_uniform_(a=sqrt(5)) of a weight, and PyTorch's bias bound: both are uniform within 1 / sqrt(fan_in). */
export function fanIn(shape: readonly number[]): Initializer {
  const fan = shape.slice(1).reduce((product, size) => product * size, 1);
  return fan > 0 ? { kind: 'uniform', bound: 1 / Math.sqrt(fan) } : { kind: 'constant', value: 0 };
}

/** `Linear(1024, 10)`. */
export function describe(self: InstanceValue, names: readonly string[]): string {
  const shown = names.map((name) => {
    const value = attributeOf(self, name);
    return typeof value === 'bigint' ? String(value) : typeName(value);
  });
  return `${self.type.name}(${shown.join(', ')})`;
}

/** A record without its undefined entries. */
export function present<K extends string, V>(record: Readonly<Record<K, V | undefined>>): Partial<Record<K, V>> {
  const result: Partial<Record<K, V>> = {};
  for (const key in record) {
    const value = record[key];
    if (value !== undefined) result[key] = value;
  }
  return result;
}

/** Arguments of a constructor by name and kind, with PyTorch's messages. */
export function argumentsOf(world: TorchWorld, layer: string, { get, place }: Pick<Taken, 'get' | 'place'>) {
  return {
    integer: (name: string) => integerOf(get(name), { what: `${layer}(): argument '${name}'`, place }),
    float: (name: string) => floatOf(get(name), { what: `${layer}(): argument '${name}'`, place }),
    flag: (name: string) => booleanOf(get(name), world.evaluator, { what: name, place }),
  };
}

/** Layers of PyTorch that have a method reset_parameters; others have none, which programs ask for by hasattr. */
const resets =
  /^(Lazy)?(Linear|Bilinear|Conv|BatchNorm|SyncBatchNorm|InstanceNorm|LayerNorm|GroupNorm|RMSNorm|RNN|LSTM|GRU|Embedding|PReLU)/;

/** reset_parameters: every parameter of the layer starts from PyTorch's own draw again. */
function resetParameters(world: TorchWorld, name: string): Value {
  return native(
    `${name}.reset_parameters`,
    'self',
    (taken) => {
      for (const [parameter, initializer] of world.reading.starts.get(selfOf(world, taken)) ?? []) {
        parameter.parameter.initializer = initializer;
      }
      return null;
    },
    { method: true },
  );
}

/** Remembers what the layer's parameters start from, then lets a subclass's own reset_parameters start them otherwise. */
function startParameters(world: TorchWorld, self: InstanceValue, place: Place): void {
  const own = [...ownTensors(self, '_parameters')].map(([, parameter]) => parameter);
  world.reading.starts.set(self, new Map(own.map((parameter) => [parameter, parameter.parameter.initializer])));
  const method = override(self, 'reset_parameters');
  const isLazy = own.some(({ parameter }) => parameter.shape === null);
  if (method !== undefined && !isLazy) world.evaluator.call(method, positional(self), place);
}

/** The class of a layer on top of Module or of the layer it extends. */
export function layerClass(world: TorchWorld, module: ClassValue, definition: LayerDefinition): ClassValue {
  const { name, signature, takes = 'input' } = definition;
  const [first = 'input'] = takes.split(',');
  const names = signature
    .split(',')
    .map((part) => part.split('=')[0]?.trim() ?? '')
    .filter((part) => part !== '' && !part.startsWith('*') && !['device', 'dtype', 'bias', 'generator'].includes(part));
  const attributes = new Map<string, Value>();
  attributes.set(
    '__init__',
    native(
      `${name}.__init__`,
      `self, ${signature}`,
      (taken) => {
        const self = selfOf(world, taken);
        initialiseModule(world, self);
        world.reading.made.set(self, taken.place);
        for (const each of names) self.attributes.set(each, taken.get(each));
        definition.build?.(self, taken);
        if (resets.test(name)) startParameters(world, self, taken.place);
        return null;
      },
      { method: true },
    ),
  );
  attributes.set(
    'forward',
    native(
      `${name}.forward`,
      `self, ${takes}`,
      (taken) => {
        const self = selfOf(world, taken);
        const input = tensorOf(taken.get(first), { what: `${name}(): argument '${first}'`, place: taken.place });
        if (world.reading.graph !== null) world.reading.used.add(self);
        const before = world.reading.running;
        world.reading.running = world.reading.paths.get(self) ?? null;
        try {
          return definition.forward(self, input, taken.place, taken);
        } catch (error) {
          const made = world.reading.made.get(self);
          if (made !== undefined && error instanceof FailureError && error.failure.kind === 'shape') {
            world.reading.misfit = { kind: 'layer', layer: name, made, called: taken.place, input: input.tensor.shape };
          }
          throw error;
        } finally {
          world.reading.running = before;
        }
      },
      { method: true },
    ),
  );
  for (const method of definition.methods ?? []) attributes.set(method.name, method);
  for (const getter of definition.properties ?? []) {
    attributes.set(getter.name, { kind: 'property', getter, setter: null });
  }
  if (resets.test(name)) attributes.set('reset_parameters', resetParameters(world, name));
  const shared = abstractBaseOf(world, name) ?? module;
  const base = definition.base === undefined ? shared : (world.classes.get(definition.base) ?? shared);
  return makeClass(name, [base], attributes);
}
