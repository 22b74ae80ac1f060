/** torch.nn.Sequential, ModuleList and ModuleDict. */

import { eachPair } from '../../../python/evaluation/argument-values.ts';
import { makeClass } from '../../../python/evaluation/classes.ts';
import { positional } from '../../../python/evaluation/runtime.ts';
import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { slicePositions } from '../../../python/evaluation/subscripts.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { dict, list, tuple } from '../../../python/types/containers.ts';
import { hashKey } from '../../../python/types/hash-key.ts';
import { typeName } from '../../../python/types/type-name.ts';
import { unknownOf } from '../../../python/types/unknown-value.ts';
import type { ClassValue, InstanceValue, Value, ViewValue } from '../../../python/types/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { initialiseModule, isModule, register, registry, selfOf } from './module.ts';

type Method = readonly [name: string, signature: string, run: (self: InstanceValue, taken: Taken) => Value];

function container(world: TorchWorld, name: string, base: ClassValue, methods: readonly Method[]): ClassValue {
  const attributes = new Map<string, Value>();
  for (const [method, signature, run] of methods) {
    const whole = signature === '' ? 'self' : `self, ${signature}`;
    attributes.set(
      method,
      native(method, whole, (taken) => run(selfOf(world, taken), taken), { method: true }),
    );
  }
  return makeClass(name, [base], attributes);
}

function moduleOf(world: TorchWorld, value: Value, place: Place): InstanceValue {
  if (isModule(world, value)) return value;
  unknownOf(value)?.(place);
  return refuse('type', `${describe(value)} is not a Module subclass`, place);
}

/** What a container holds in a place: None too, as add_module does. */
function moduleOrNone(world: TorchWorld, value: Value, place: Place): InstanceValue | null {
  return value === null ? null : moduleOf(world, value, place);
}

/** What a container holds, by name, counted. */
function entriesOf(world: TorchWorld, self: InstanceValue): [string, Value][] {
  const held = registry(self, '_modules')?.entries;
  world.evaluator.meter.work(4 * (held?.size ?? 0));
  return [...(held?.values() ?? [])].map(([name, value]) => [String(name), value]);
}

/** `self._modules.keys()` and its kin. */
function view(self: InstanceValue, part: ViewValue['part']): ViewValue {
  return { kind: 'view', part, mapping: registry(self, '_modules') ?? dict() };
}

function describe(value: Value): string {
  if (value !== null && typeof value === 'object' && (value.kind === 'function' || value.kind === 'native'))
    return value.name;
  if (value !== null && typeof value === 'object' && value.kind === 'class') return `the class ${value.name}`;
  return typeName(value);
}

function append(world: TorchWorld, self: InstanceValue, value: Value, place: Place): void {
  register(self, '_modules', String(registry(self, '_modules')?.entries.size ?? 0), moduleOrNone(world, value, place));
}

/** `extend`: one by one, so that a generator sees what is already there. */
function extend(world: TorchWorld, self: InstanceValue, modules: Value, place: Place): void {
  const next = world.evaluator.cursor(modules, place);
  for (let each = next(); each !== undefined; each = next()) append(world, self, each, place);
}

/** Registers modules anew under 0, 1, 2, ... */
function renumber(world: TorchWorld, self: InstanceValue, modules: readonly Value[], place: Place): void {
  registry(self, '_modules')?.entries.clear();
  for (const module of modules) append(world, self, module, place);
}

function position(self: InstanceValue, index: Value, length: number, place: Place): number {
  if (typeof index !== 'bigint')
    return refuse('type', `${self.type.name} indices must be integers, not ${typeName(index)}`, place);
  const at = Number(index < 0n ? index + BigInt(length) : index);
  if (at < 0 || at >= length) refuse('index', `index ${index} is out of range`, place);
  return at;
}

/** Sequential, ModuleList and ModuleDict on top of Module. */
export function containerClasses(world: TorchWorld, module: ClassValue): ClassValue[] {
  const { evaluator } = world;
  const held = (self: InstanceValue) => entriesOf(world, self).map(([, child]) => child);
  const make = (type: ClassValue, modules: readonly Value[], place: Place) =>
    evaluator.call(type, type.name === 'ModuleList' ? positional(list([...modules])) : positional(...modules), place);
  const shared: Method[] = [
    ['__len__', '', (self) => BigInt(registry(self, '_modules')?.entries.size ?? 0)],
    ['__iter__', '', (self, { place }) => evaluator.iterator(view(self, 'values'), place)],
    [
      'append',
      'module',
      (self, taken) => {
        append(world, self, taken.get('module'), taken.place);
        return self;
      },
    ],
    [
      'extend',
      'modules',
      (self, taken) => {
        extend(world, self, taken.get('modules'), taken.place);
        return self;
      },
    ],
    [
      '__iadd__',
      'modules',
      (self, taken) => {
        extend(world, self, taken.get('modules'), taken.place);
        return self;
      },
    ],
    [
      '__add__',
      'modules',
      (self, taken) => {
        const base = self.type.order.find((each) => each.place === null) ?? self.type;
        const more = evaluator.iterate(taken.get('modules'), taken.place);
        return make(base, [...held(self), ...more], taken.place);
      },
    ],
    [
      'insert',
      'index, module',
      (self, taken) => {
        const modules = held(self);
        const index = taken.get('index');
        world.evaluator.meter.steps(modules.length);
        modules.splice(typeof index === 'bigint' ? Number(index) : 0, 0, taken.get('module'));
        renumber(world, self, modules, taken.place);
        return self;
      },
    ],
    [
      '__getitem__',
      'index',
      (self, taken) => {
        const modules = held(self);
        const index = taken.get('index');
        if (index !== null && typeof index === 'object' && index.kind === 'slice') {
          const picked = slicePositions(index, modules.length, taken.place).map((at) => modules[at] ?? null);
          const base = self.type.order.find((each) => each.place === null) ?? self.type;
          return make(base, picked, taken.place);
        }
        return modules[position(self, index, modules.length, taken.place)] ?? null;
      },
    ],
    [
      '__setitem__',
      'index, module',
      (self, taken) => {
        const names = entriesOf(world, self).map(([name]) => name);
        const name = names[position(self, taken.get('index'), names.length, taken.place)];
        register(self, '_modules', name ?? '', moduleOrNone(world, taken.get('module'), taken.place));
        return null;
      },
    ],
  ];
  const sequential = container(world, 'Sequential', module, [
    ...shared,
    [
      '__init__',
      '*args',
      (self, taken) => {
        initialiseModule(world, self);
        const given = evaluator.iterate(taken.get('args'), taken.place);
        const [first] = given;
        const named = given.length === 1 && first !== null && typeof first === 'object' && first?.kind === 'dict';
        if (named && first.typeName === 'OrderedDict') {
          for (const [name, value] of first.entries.values()) {
            register(self, '_modules', String(name), moduleOf(world, value, taken.place));
          }
        } else for (const each of given) append(world, self, moduleOf(world, each, taken.place), taken.place);
        return null;
      },
    ],
    [
      'forward',
      'input',
      (self, taken) =>
        held(self).reduce<Value>((x, each) => evaluator.call(each, positional(x), taken.place), taken.get('input')),
    ],
  ]);
  const moduleList = container(world, 'ModuleList', module, [
    ...shared,
    [
      '__init__',
      'modules=None',
      (self, taken) => {
        initialiseModule(world, self);
        const modules = taken.get('modules');
        if (modules === null) return null;
        extend(world, self, modules, taken.place);
        return null;
      },
    ],
  ]);
  const update = (self: InstanceValue, value: Value, place: Place) => {
    if (value === null) return;
    const given = isModule(world, value) ? view(value, 'items') : value;
    eachPair(evaluator, given, place, (name, each) => {
      if (typeof name !== 'string') refuse('type', `module name should be a string. Got ${typeName(name)}`, place);
      register(self, '_modules', name, moduleOrNone(world, each, place));
    });
  };
  const moduleDict = container(world, 'ModuleDict', module, [
    [
      '__init__',
      'modules=None',
      (self, taken) => {
        initialiseModule(world, self);
        update(self, taken.get('modules'), taken.place);
        return null;
      },
    ],
    ['__len__', '', (self) => BigInt(registry(self, '_modules')?.entries.size ?? 0)],
    ['__iter__', '', (self, { place }) => evaluator.iterator(view(self, 'keys'), place)],
    [
      '__contains__',
      'key',
      (self, taken) => registry(self, '_modules')?.entries.has(hashKey(taken.get('key'))) ?? false,
    ],
    [
      '__getitem__',
      'key',
      (self, taken) => {
        const found = registry(self, '_modules')?.entries.get(hashKey(taken.get('key')));
        return found !== undefined
          ? found[1]
          : refuse('key', `KeyError: ${evaluator.repr(taken.get('key'), taken.place)}`, taken.place);
      },
    ],
    [
      '__setitem__',
      'key, module',
      (self, taken) => {
        update(self, list([tuple([taken.get('key'), taken.get('module')])]), taken.place);
        return null;
      },
    ],
    [
      'update',
      'modules',
      (self, taken) => {
        update(self, taken.get('modules'), taken.place);
        return null;
      },
    ],
    ['keys', '', (self) => view(self, 'keys')],
    ['values', '', (self) => view(self, 'values')],
    ['items', '', (self) => view(self, 'items')],
  ]);
  return [sequential, moduleList, moduleDict];
}
