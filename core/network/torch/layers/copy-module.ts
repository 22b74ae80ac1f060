/** copy.deepcopy of a module: its tree anew, with parameters of its own that start from the same draws. */
import type { DictValue, InstanceValue, Value } from '../../../python/types/values.ts';
import { isParameter } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { isModule } from './module.ts';

export function copyModule(
  world: TorchWorld,
  module: InstanceValue,
  seen: Map<Value, Value> = new Map(),
): InstanceValue {
  world.evaluator.meter.module();
  // Each attribute is looked up among what was copied already.
  world.evaluator.meter.work(256 * module.attributes.size);
  const copy: InstanceValue = { kind: 'instance', type: module.type, attributes: new Map() };
  seen.set(module, copy);
  world.evaluator.meter.enter();
  for (const [name, value] of module.attributes) copy.attributes.set(name, copyValue(world, value, seen));
  world.evaluator.meter.leave();
  return copy;
}

function copyValue(world: TorchWorld, value: Value, seen: Map<Value, Value>): Value {
  const known = seen.get(value);
  if (known !== undefined) return known;
  world.evaluator.meter.step();
  if (isModule(world, value)) return copyModule(world, value, seen);
  if (isParameter(value)) {
    const copy = value.copy();
    seen.set(value, copy);
    return copy;
  }
  if (value === null || typeof value !== 'object') return value;
  world.evaluator.meter.enter();
  const copy = copyContainer(world, value, seen);
  world.evaluator.meter.leave();
  return copy;
}

function copyContainer(world: TorchWorld, value: Value, seen: Map<Value, Value>): Value {
  if (value === null || typeof value !== 'object') return value;
  if (value.kind === 'list') {
    world.evaluator.meter.items(value.items.length);
    const items: Value[] = [];
    const copy: Value = { kind: 'list', items };
    seen.set(value, copy);
    for (const item of value.items) items.push(copyValue(world, item, seen));
    return copy;
  }
  if (value.kind === 'tuple') {
    world.evaluator.meter.items(value.items.length);
    return { ...value, items: value.items.map((item) => copyValue(world, item, seen)) };
  }
  if (value.kind === 'dict') {
    world.evaluator.meter.items(value.entries.size);
    const copy: DictValue = { ...value, entries: new Map() };
    seen.set(value, copy);
    for (const [key, [name, entry]] of value.entries) copy.entries.set(key, [name, copyValue(world, entry, seen)]);
    return copy;
  }
  return value;
}
