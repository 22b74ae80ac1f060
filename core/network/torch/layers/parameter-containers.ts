/** torch.nn.ParameterList and ParameterDict: parameters of a module by position or by name. */
import { eachPair } from '../../../python/evaluation/argument-values.ts';
import { makeClass } from '../../../python/evaluation/classes.ts';
import { positional } from '../../../python/evaluation/runtime.ts';
import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { dict, list, tuple } from '../../../python/types/containers.ts';
import { typeName } from '../../../python/types/type-name.ts';
import type { ClassValue, InstanceValue, Value, ViewValue } from '../../../python/types/values.ts';
import { isParameter, isTensor, type ParameterValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { initialiseModule, ownTensors, register, registry, selfOf } from './module.ts';
import { parameterFunction } from './parameter-values.ts';

type Methods = Readonly<
  Record<string, readonly [signature: string, run: (self: InstanceValue, taken: Taken) => Value]>
>;

/** Both classes on top of Module. */
export function parameterContainers(world: TorchWorld, module: ClassValue): ClassValue[] {
  const { evaluator } = world;
  const toParameter = parameterFunction(world);
  /** As PyTorch does, tensors become parameters; other values, which it would keep as attributes, are refused. */
  const parameterFrom = (value: Value, place: Place): Value => {
    if (isParameter(value)) return value;
    if (isTensor(value)) return evaluator.call(toParameter, positional(value), place);
    return refuse('unsupported', `${typeName(value)} among parameters is not supported`, place);
  };
  const put = (self: InstanceValue, name: string, value: Value, place: Place) =>
    register(self, '_parameters', name, parameterFrom(value, place));
  const named = (self: InstanceValue) => {
    evaluator.meter.work(4 * (registry(self, '_parameters')?.entries.size ?? 0));
    return [...ownTensors(self, '_parameters')];
  };
  const held = (self: InstanceValue): ParameterValue[] => named(self).map(([, each]) => each);
  const view = (self: InstanceValue, part: ViewValue['part']): ViewValue => ({
    kind: 'view',
    part,
    mapping: registry(self, '_parameters') ?? dict(),
  });
  const define = (name: string, methods: Methods): ClassValue =>
    makeClass(
      name,
      [module],
      new Map(
        Object.entries(methods).map(([method, [signature, run]]) => [
          method,
          native(
            method,
            signature === '' ? 'self' : `self, ${signature}`,
            (taken) => run(selfOf(world, taken), taken),
            {
              method: true,
            },
          ),
        ]),
      ),
    );

  const extend = (self: InstanceValue, values: Value, place: Place) => {
    let { length } = held(self);
    const next = evaluator.cursor(values, place);
    for (let each = next(); each !== undefined; each = next()) put(self, String(length++), each, place);
    return self;
  };
  /** Name of what stands at an index. */
  const nameAt = (self: InstanceValue, index: Value, place: Place): string => {
    if (typeof index !== 'bigint') {
      return refuse('unsupported', `${typeName(index)} as an index of a ParameterList is not supported`, place);
    }
    const { length } = held(self);
    const at = Number(index) < 0 ? Number(index) + length : Number(index);
    return at >= 0 && at < length ? String(at) : refuse('index', `index ${index} is out of range`, place);
  };
  const parameterList = define('ParameterList', {
    __init__: [
      'values=None',
      (self, { get, place }) => {
        initialiseModule(world, self);
        if (get('values') !== null) extend(self, get('values'), place);
        return null;
      },
    ],
    append: [
      'value',
      (self, { get, place }) => {
        put(self, String(held(self).length), get('value'), place);
        return self;
      },
    ],
    extend: ['values', (self, { get, place }) => extend(self, get('values'), place)],
    __iadd__: ['values', (self, { get, place }) => extend(self, get('values'), place)],
    __len__: ['', (self) => BigInt(held(self).length)],
    __iter__: ['', (self, { place }) => evaluator.iterator(view(self, 'values'), place)],
    __getitem__: ['index', (self, { get, place }) => held(self)[Number(nameAt(self, get('index'), place))] ?? null],
    __setitem__: [
      'index, value',
      (self, { get, place }) => {
        put(self, nameAt(self, get('index'), place), get('value'), place);
        return null;
      },
    ],
  });

  const update = (self: InstanceValue, values: Value, place: Place) => {
    eachPair(evaluator, values, place, (name, value) => {
      if (typeof name !== 'string') refuse('type', `parameter name should be a string, not ${typeName(name)}`, place);
      put(self, name, value, place);
    });
    return null;
  };
  const parameterDict = define('ParameterDict', {
    __init__: [
      'parameters=None',
      (self, { get, place }) => {
        initialiseModule(world, self);
        return get('parameters') === null ? null : update(self, get('parameters'), place);
      },
    ],
    update: ['parameters', (self, { get, place }) => update(self, get('parameters'), place)],
    keys: ['', (self) => view(self, 'keys')],
    values: ['', (self) => view(self, 'values')],
    items: ['', (self) => view(self, 'items')],
    __len__: ['', (self) => BigInt(held(self).length)],
    __iter__: ['', (self, { place }) => evaluator.iterator(view(self, 'keys'), place)],
    __contains__: ['key', (self, { get }) => named(self).some(([name]) => name === get('key'))],
    __getitem__: [
      'key',
      (self, { get, place }) =>
        named(self).find(([name]) => name === get('key'))?.[1] ??
        refuse('key', `KeyError: ${evaluator.repr(get('key'), place)}`, place),
    ],
    __setitem__: [
      'key, value',
      (self, { get, place }) => update(self, list([tuple([get('key'), get('value')])]), place),
    ],
  });
  return [parameterList, parameterDict];
}
