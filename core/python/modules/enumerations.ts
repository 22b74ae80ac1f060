/** Enumerations: enum.Enum, IntEnum, StrEnum and auto(). */
import { findInClass, makeClass, override } from '../evaluation/classes.ts';
import { type Evaluator, positional, type Runtime } from '../evaluation/runtime.ts';
import { native } from '../evaluation/signature.ts';
import { type Place, refuse } from '../reason.ts';
import type { ClassValue, HostValue, InstanceValue, ModuleValue, Value } from '../types/values.ts';
import { hostModule } from './host-module.ts';

const automatic: HostValue = { kind: 'host', typeName: 'auto', attribute: () => undefined };

/** Whether a name of a class body is a member: not a method, a property, or a name that Python keeps for itself. */
function isMember(name: string, value: Value): boolean {
  if (name.startsWith('__') || (name.startsWith('_') && name.endsWith('_'))) return false;
  if (value === null || typeof value !== 'object') return true;
  return !['function', 'staticmethod', 'classmethod', 'property'].includes(value.kind);
}

/** Which built-in type an enumeration extends: its members are such values too. */
function mixin(type: ClassValue): string | null {
  const found = type.order.find((each) => each.place === null && ['int', 'str', 'float'].includes(each.name));
  return found?.name ?? null;
}

/** Turns the values of a class body into members. @throws a reason */
export function finishEnumeration(evaluator: Evaluator, type: ClassValue, place: Place): void {
  const members = new Map<string, Value>();
  type.members = members;
  const mixed = mixin(type);
  const made: InstanceValue[] = [];
  let last: Value = 0n;
  const before = type.order.slice(1).find((each) => each.members !== undefined && each.members.size > 0);
  if (before !== undefined) refuse('type', `cannot extend enumeration ${before.name}`, place);
  for (const [name, given] of [...type.attributes]) {
    if (!isMember(name, given)) continue;
    let value = given;
    if (given === automatic) {
      if (mixed === 'str') value = name.toLowerCase();
      else value = typeof last === 'bigint' ? last + 1n : 1n;
    }
    last = value;
    const alias = made.find((each) => evaluator.equals(each.attributes.get('_value_') ?? null, value, place));
    if (alias !== undefined) {
      type.attributes.set(name, alias);
      members.set(name, alias);
      continue;
    }
    const payload = mixed === null ? undefined : value;
    const member: InstanceValue = {
      kind: 'instance',
      type,
      attributes: new Map<string, Value>([
        ['_name_', name],
        ['name', name],
        ['_value_', value],
        ['value', value],
      ]),
      ...(payload === undefined ? {} : { payload }),
    };
    type.attributes.set(name, member);
    members.set(name, member);
    made.push(member);
    const initialise = override(member, '__init__');
    if (initialise !== undefined) {
      const unpacked = value !== null && typeof value === 'object' && value.kind === 'tuple' ? value.items : [value];
      evaluator.call(initialise, positional(member, ...unpacked), place);
    }
  }
}

/** The members of an enumeration without their other names, in order. */
export function membersOf(type: ClassValue): Value[] {
  return [...new Set(type.members?.values() ?? [])];
}

/** `Colour(value)`. @throws a reason of kind value */
export function memberByValue(evaluator: Evaluator, type: ClassValue, value: Value, place: Place): Value {
  evaluator.meter.work(4 * (type.members?.size ?? 0));
  for (const member of membersOf(type)) {
    if (member === value) return member;
    const held = evaluator.findAttribute(member, '_value_', place);
    if (held !== undefined && evaluator.equals(held, value, place)) return member;
  }
  const missing = findInClass(type, '_missing_');
  if (missing !== undefined && missing !== null && typeof missing === 'object' && missing.kind === 'classmethod') {
    const found = evaluator.call(missing.callee, positional(type, value), place);
    if (found !== null) return found;
  }
  return refuse('value', `${evaluator.repr(value, place)} is not a valid ${type.name}`, place);
}

/** `Colour['RED']`. @throws a reason of kind key */
export function memberByName(evaluator: Runtime, type: ClassValue, name: Value, place: Place): Value {
  const found = typeof name === 'string' ? type.members?.get(name) : undefined;
  return found ?? refuse('key', `KeyError: ${evaluator.repr(name, place)}`, place);
}

/** The module enum. */
export function enumModule(evaluator: Evaluator): ModuleValue {
  const builtin = (name: string): ClassValue => {
    const found = evaluator.builtins.get(name);
    return found !== null && typeof found === 'object' && found.kind === 'class' ? found : evaluator.object;
  };
  const define = (name: string, bases: readonly ClassValue[]) => {
    const made = makeClass(name, bases, new Map());
    made.members = new Map();
    return made;
  };
  const base = define('Enum', [evaluator.object]);
  const identity = native('unique', 'enumeration', ({ get }) => get('enumeration'));
  return hostModule('enum', [
    ['Enum', base],
    ['IntEnum', define('IntEnum', [builtin('int'), base])],
    ['StrEnum', define('StrEnum', [builtin('str'), base])],
    ['Flag', define('Flag', [base])],
    ['IntFlag', define('IntFlag', [builtin('int'), base])],
    ['EnumMeta', makeClass('EnumMeta', [evaluator.object], new Map())],
    ['EnumType', makeClass('EnumType', [evaluator.object], new Map())],
    ['auto', native('auto', '', () => automatic)],
    ['unique', identity],
  ]);
}
