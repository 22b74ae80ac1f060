/** The walks over a module's tree that programs ask for: generators, as lazy as PyTorch's (torch/nn/modules/module.py). */

import { makeGenerator, type Steps } from '../../../python/evaluation/generators.ts';
import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { tuple } from '../../../python/types/containers.ts';
import type { ClassValue, InstanceValue, IteratorValue, Value } from '../../../python/types/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { isModule, type RegistryName, registry, selfOf } from './module.ts';

type Named = Generator<readonly [string, Value]>;

/** Entries of a registry as they are when they are reached; it may not grow meanwhile. */
function* entries(world: TorchWorld, self: InstanceValue, name: RegistryName, place: Place): Named {
  const held = registry(self, name);
  if (held === null) return;
  const next = world.evaluator.cursor({ kind: 'view', part: 'items', mapping: held }, place);
  for (let item = next(); item !== undefined; item = next()) {
    if (item === null || typeof item !== 'object' || item.kind !== 'tuple') return;
    const [key = null, value = null] = item.items;
    yield [String(key), value];
  }
}

function* namedChildren(world: TorchWorld, self: InstanceValue, place: Place): Named {
  const seen = new Set<Value>();
  for (const [name, value] of entries(world, self, '_modules', place)) {
    if (value === null || seen.has(value)) continue;
    seen.add(value);
    yield [name, value];
  }
}

interface Walk {
  readonly prefix: string;
  /** Whether what has several names is given once. */
  readonly once: boolean;
  readonly place: Place;
  /** Levels above: each entry passes through a generator of every one. */
  readonly depth: number;
}

function* namedModules(world: TorchWorld, self: InstanceValue, walk: Walk, seen: Set<Value>): Named {
  if (seen.has(self)) return;
  const { prefix, once, place, depth } = walk;
  const { meter } = world.evaluator;
  if (depth > meter.budget.depth) {
    refuse('budget', `maximum recursion depth exceeded (${meter.budget.depth} levels)`, place);
  }
  meter.steps(Math.floor(depth / 4));
  if (once) seen.add(self);
  yield [prefix, self];
  for (const [name, value] of entries(world, self, '_modules', place)) {
    if (!isModule(world, value)) continue;
    yield* namedModules(world, value, { prefix: joined(prefix, name), once, place, depth: depth + 1 }, seen);
  }
}

/** Parameters or buffers, each once if asked so, by the module that holds them. */
function* namedTensors(
  world: TorchWorld,
  self: InstanceValue,
  kind: '_parameters' | '_buffers',
  walk: Walk,
  recurse: boolean,
): Named {
  const seen = new Set<Value>();
  const modules: Iterable<readonly [string, Value]> = recurse
    ? namedModules(world, self, walk, new Set())
    : [[walk.prefix, self]];
  for (const [prefix, module] of modules) {
    if (!isModule(world, module)) continue;
    for (const [name, value] of entries(world, module, kind, walk.place)) {
      if (value === null || seen.has(value)) continue;
      if (walk.once) seen.add(value);
      yield [joined(prefix, name), value];
    }
  }
}

function joined(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}

type Definition = readonly [name: string, signature: string, run: (self: InstanceValue, taken: Taken) => Value];

/** Gives nn.Module `named_modules`, `parameters` and their kin. */
export function addModuleWalks(world: TorchWorld, module: ClassValue): void {
  for (const [name, signature, run] of definitions(world)) {
    const whole = signature === '' ? 'self' : `self, ${signature}`;
    module.attributes.set(
      name,
      native(name, whole, (taken) => run(selfOf(world, taken), taken), { method: true }),
    );
  }
}

function definitions(world: TorchWorld): readonly Definition[] {
  const { evaluator } = world;
  const generator = (walk: Named, give: (entry: readonly [string, Value]) => Value): IteratorValue => {
    function* steps(): Steps {
      for (const entry of walk) yield give(entry);
      return null;
    }
    return makeGenerator({ evaluator, depth: 0, guards: 0 }, null, steps());
  };
  const pair = (entry: readonly [string, Value]) => tuple([...entry]);
  const value = ([, each]: readonly [string, Value]) => each;
  const truth = (taken: Taken, name: string) => evaluator.truth(taken.get(name), taken.place);
  const walkOf = (taken: Taken, named: boolean): Walk => {
    const prefix = named ? taken.get('prefix') : '';
    return {
      prefix: typeof prefix === 'string' ? prefix : '',
      once: named ? truth(taken, 'remove_duplicate') : true,
      place: taken.place,
      depth: 0,
    };
  };
  const tensors = (kind: '_parameters' | '_buffers', name: string): Definition[] => [
    [
      name,
      'recurse=True',
      (self, taken) => generator(namedTensors(world, self, kind, walkOf(taken, false), truth(taken, 'recurse')), value),
    ],
    [
      `named_${name}`,
      "prefix='', recurse=True, remove_duplicate=True",
      (self, taken) => generator(namedTensors(world, self, kind, walkOf(taken, true), truth(taken, 'recurse')), pair),
    ],
  ];
  return [
    ['children', '', (self, { place }) => generator(namedChildren(world, self, place), value)],
    ['named_children', '', (self, { place }) => generator(namedChildren(world, self, place), pair)],
    ['modules', '', (self, taken) => generator(namedModules(world, self, walkOf(taken, false), new Set()), value)],
    [
      'named_modules',
      "memo=None, prefix='', remove_duplicate=True",
      (self, taken) => generator(namedModules(world, self, walkOf(taken, true), new Set()), pair),
    ],
    ...tensors('_parameters', 'parameters'),
    ...tensors('_buffers', 'buffers'),
  ];
}
