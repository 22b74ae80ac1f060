/** torch.nn.Module: registration of parameters, buffers and submodules, calls, walks over the tree. */
import { findInClass, isSubclass, makeClass } from '../../../python/evaluation/classes.ts';
import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { dict } from '../../../python/types/containers.ts';
import { hashKey } from '../../../python/types/hash-key.ts';
import { typeName } from '../../../python/types/type-name.ts';
import { unknownOf } from '../../../python/types/unknown-value.ts';
import {
  type ClassValue,
  type DictValue,
  ellipsis,
  type InstanceValue,
  type Value,
} from '../../../python/types/values.ts';
import { withHooks } from '../world/hooks.ts';
import { isParameter, isTensor, type ParameterValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { bufferFrom } from './parameter-values.ts';

/** Methods of a module that change what its parameters are kept in; null is float32. */
const precisions: Readonly<Record<string, string | null>> = {
  float: null,
  half: 'float16',
  bfloat16: 'bfloat16',
  double: 'float64',
};

const registries = ['_parameters', '_buffers', '_modules'] as const;

export type RegistryName = (typeof registries)[number];

/** One of an instance's registries; null before Module.__init__ ran. */
export function registry(self: InstanceValue, name: RegistryName): DictValue | null {
  const found = self.attributes.get(name);
  return found !== undefined && found !== null && typeof found === 'object' && found.kind === 'dict' ? found : null;
}

export function isModule(world: TorchWorld, value: Value): value is InstanceValue {
  if (value === null || typeof value !== 'object' || value.kind !== 'instance') return false;
  const base = world.classes.get('Module');
  return base !== undefined && isSubclass(value.type, base);
}

/** `self` of a native method, as the module it must be. */
export function selfOf(world: TorchWorld, taken: Taken): InstanceValue {
  const self = taken.get('self');
  if (isModule(world, self)) return self;
  return refuse('type', `this method needs an nn.Module, not ${typeName(self)}`, taken.place);
}

/** What Module.__init__ does. */
export function initialiseModule(world: TorchWorld, self: InstanceValue): void {
  world.evaluator.meter.module();
  for (const name of registries) self.attributes.set(name, dict([], 'OrderedDict'));
  self.attributes.set('training', true);
}

/** Direct submodules by name, those set to None left out; one may have several names. */
export function registeredModules(world: TorchWorld, self: InstanceValue): [string, InstanceValue][] {
  const held = registry(self, '_modules')?.entries;
  world.evaluator.meter.work(4 * (held?.size ?? 0));
  const found: [string, InstanceValue][] = [];
  for (const [name, value] of held?.values() ?? []) {
    if (typeof name === 'string' && isModule(world, value)) found.push([name, value]);
  }
  return found;
}

/** Modules held by the module itself, each once under its first name. */
export function childrenOfModule(world: TorchWorld, self: InstanceValue): [string, InstanceValue][] {
  const found = new Map<InstanceValue, string>();
  for (const [name, child] of registeredModules(world, self)) if (!found.has(child)) found.set(child, name);
  return [...found].map(([child, name]) => [name, child]);
}

/** Every module of the tree once, by its first qualified name, itself first (''). */
export function* walkModules(
  world: TorchWorld,
  self: InstanceValue,
  prefix = '',
  seen: Set<InstanceValue> = new Set(),
): Generator<[string, InstanceValue]> {
  if (seen.has(self)) return;
  seen.add(self);
  world.evaluator.meter.step();
  world.evaluator.meter.work(prefix.length);
  yield [prefix, self];
  world.evaluator.meter.enter();
  for (const [name, child] of childrenOfModule(world, self)) {
    yield* walkModules(world, child, prefix === '' ? name : `${prefix}.${name}`, seen);
  }
  world.evaluator.meter.leave();
}

/** Parameters or buffers held by the module itself. */
export function* ownTensors(
  self: InstanceValue,
  kind: '_parameters' | '_buffers',
): Generator<[string, ParameterValue]> {
  for (const [name, value] of registry(self, kind)?.entries.values() ?? []) {
    if (typeof name === 'string' && isParameter(value)) yield [name, value];
  }
}

/** Registers a parameter, a buffer or a submodule under a name; null is allowed. */
export function register(self: InstanceValue, kind: RegistryName, name: string, value: Value): void {
  registry(self, kind)?.entries.set(hashKey(name), [name, value]);
}

function setAttribute(world: TorchWorld, self: InstanceValue, name: string, value: Value, place: Place): void {
  const kind = isModule(world, value)
    ? '_modules'
    : isParameter(value) && value.parameter.buffer === null
      ? '_parameters'
      : null;
  if (kind !== null) {
    if (registry(self, kind) === null) {
      const what = kind === '_modules' ? 'module' : 'parameters';
      refuse(
        'attribute',
        `cannot assign ${what} before Module.__init__() call (super().__init__() is missing or comes later)`,
        place,
      );
    }
    self.attributes.delete(name);
    for (const other of registries) if (other !== kind) registry(self, other)?.entries.delete(hashKey(name));
    register(self, kind, name, value);
    return;
  }
  for (const each of registries) {
    const held = registry(self, each);
    if (!held?.entries.has(hashKey(name))) continue;
    if (each === '_buffers' && isTensor(value)) {
      const before = held.entries.get(hashKey(name))?.[1] ?? null;
      const persistent = isParameter(before) ? before.parameter.buffer?.persistent : true;
      register(self, each, name, bufferFrom(world, value, persistent ?? true, place));
      return;
    }
    if (value === null || each === '_buffers') {
      register(self, each, name, value);
      return;
    }
    unknownOf(value)?.(place);
    const expected = each === '_modules' ? 'child module' : 'parameter';
    refuse(
      'type',
      `cannot assign '${typeName(value)}' as ${expected} '${name}' (torch.nn.${each === '_modules' ? 'Module' : 'Parameter'} or None expected)`,
      place,
    );
  }
  self.attributes.set(name, value);
}

function getAttribute(self: InstanceValue, name: string): Value {
  for (const each of registries) {
    const found = registry(self, each)?.entries.get(hashKey(name));
    if (found !== undefined) return found[1];
  }
  return ellipsis;
}

/** The class torch.nn.Module. */
export function moduleClass(world: TorchWorld): ClassValue {
  const attributes = new Map<string, Value>();
  const define = (name: string, signature: string, run: (self: InstanceValue, taken: Taken) => Value) => {
    const whole = signature === '' ? 'self' : `self, ${signature}`;
    attributes.set(
      name,
      native(name, whole, (taken) => run(selfOf(world, taken), taken), { method: true }),
    );
  };
  const text = (taken: Taken, name: string) => {
    const value = taken.get(name);
    return typeof value === 'string'
      ? value
      : refuse('type', `${name} must be str, not ${typeName(value)}`, taken.place);
  };
  define('__init__', '*args, **kwargs', (self) => {
    initialiseModule(world, self);
    return null;
  });
  attributes.set('__call__', {
    kind: 'native',
    name: '__call__',
    method: true,
    run(given, place) {
      const [self] = given.positional;
      if (self === undefined || !isModule(world, self)) return refuse('type', 'this is not an nn.Module', place);
      return callModule(world, self, given, place);
    },
  });
  define('__setattr__', 'name, value', (self, taken) => {
    setAttribute(world, self, text(taken, 'name'), taken.get('value'), taken.place);
    return null;
  });
  define('__getattr__', 'name', (self, taken) => getAttribute(self, text(taken, 'name')));
  define('__delattr__', 'name', (self, taken) => {
    const name = text(taken, 'name');
    const found = registries.some((each) => registry(self, each)?.entries.delete(hashKey(name)));
    if (!found && !self.attributes.delete(name)) {
      refuse('attribute', `'${self.type.name}' object has no attribute '${name}'`, taken.place);
    }
    return null;
  });
  define('add_module', 'name, module', (self, taken) => {
    const module = taken.get('module');
    if (module !== null && !isModule(world, module)) {
      unknownOf(module)?.(taken.place);
      refuse('type', `${typeName(module)} is not a Module subclass`, taken.place);
    }
    register(self, '_modules', text(taken, 'name'), module);
    return null;
  });
  attributes.set('register_module', attributes.get('add_module') ?? null);
  define('register_parameter', 'name, param', (self, taken) => {
    register(self, '_parameters', text(taken, 'name'), taken.get('param'));
    return null;
  });
  define('register_buffer', 'name, tensor, persistent=True', (self, taken) => {
    const tensor = taken.get('tensor');
    if (tensor !== null && !isTensor(tensor) && !isParameter(tensor)) {
      refuse('type', `cannot assign '${typeName(tensor)}' object to buffer '${text(taken, 'name')}'`, taken.place);
    }
    const persistent = world.evaluator.truth(taken.get('persistent'), taken.place);
    const value = isTensor(tensor) ? bufferFrom(world, tensor, persistent, taken.place) : tensor;
    self.attributes.delete(text(taken, 'name'));
    register(self, '_buffers', text(taken, 'name'), value);
    return null;
  });
  define('apply', 'fn', (self, taken) => {
    const visit = (module: InstanceValue) => {
      world.evaluator.meter.enter();
      for (const [, child] of childrenOfModule(world, module)) visit(child);
      world.evaluator.meter.leave();
      world.evaluator.call(taken.get('fn'), { positional: [module], keywords: new Map() }, taken.place);
    };
    visit(self);
    return self;
  });
  for (const name of ['to', 'cuda', 'cpu', 'ipu', 'xpu', 'compile', 'share_memory', 'zero_grad']) {
    define(name, '*args, **kwargs', (self) => self);
  }
  for (const [name, precision] of Object.entries(precisions)) {
    define(name, '', (self) => {
      for (const [, module] of walkModules(world, self)) {
        for (const [, { parameter }] of ownTensors(module, '_parameters')) parameter.precision = precision;
      }
      return self;
    });
  }
  define('requires_grad_', 'requires_grad=True', (self, taken) => {
    const trainable = world.evaluator.truth(taken.get('requires_grad'), taken.place);
    for (const [, module] of walkModules(world, self)) {
      for (const [, { parameter }] of ownTensors(module, '_parameters')) parameter.trainable = trainable;
    }
    return self;
  });
  for (const name of ['get_parameter', 'get_submodule']) {
    define(name, 'target', (self, taken) => {
      const parts = text(taken, 'target').split('.');
      world.evaluator.meter.steps(parts.length);
      return parts.reduce<Value>((at, part) => world.evaluator.attribute(at, part, taken.place), self);
    });
  }
  define('extra_repr', '', () => '');
  define('_get_name', '', (self) => self.type.name);
  return makeClass('Module', [world.evaluator.object], attributes);
}

/** Runs a module's forward, remembering that it was used. */
function callModule(
  world: TorchWorld,
  self: InstanceValue,
  given: { readonly positional: readonly Value[]; readonly keywords: ReadonlyMap<string, Value> },
  place: Place,
): Value {
  if (registry(self, '_modules') === null) {
    refuse(
      'attribute',
      `'${self.type.name}' object has no attribute '_modules': super().__init__() was not called`,
      place,
    );
  }
  const forward = self.attributes.get('forward') ?? findInClass(self.type, 'forward');
  if (forward === undefined) {
    return refuse('attribute', `Module [${self.type.name}] is missing the required "forward" function`, place);
  }
  if (world.reading.graph !== null) world.reading.used.add(self);
  // Neither what an instance has of its own nor a static method gets the module.
  const isStatic = forward !== null && typeof forward === 'object' && forward.kind === 'staticmethod';
  const callee = isStatic ? forward.callee : forward;
  const own = isStatic || self.attributes.has('forward');
  return withHooks(world, self, given, place, (asked) =>
    world.evaluator.call(callee, own ? { ...asked, positional: asked.positional.slice(1) } : asked, place),
  );
}
