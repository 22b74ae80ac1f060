/** The module dataclasses: fields from annotations, the methods that follow from them. */

import { findInClass, makeClass } from '../evaluation/classes.ts';
import { orderOf } from '../evaluation/comparisons.ts';
import { type Evaluator, positional } from '../evaluation/runtime.ts';
import { bindArguments, native, type SignatureParameter, type Taken } from '../evaluation/signature.ts';
import { type Place, refuse } from '../reason.ts';
import { dict, list, tuple } from '../types/containers.ts';
import { typeName } from '../types/type-name.ts';
import type { ClassValue, DataField, HostValue, InstanceValue, ModuleValue, Value } from '../types/values.ts';
import { hostModule } from './host-module.ts';

/** What `field(...)` gives until its class is made. */
interface FieldSpecification extends HostValue {
  readonly field: Omit<DataField, 'name' | 'type'>;
}

function isSpecification(value: Value | undefined): value is FieldSpecification {
  return (
    value !== null && value !== undefined && typeof value === 'object' && value.kind === 'host' && 'field' in value
  );
}

const plainField: FieldSpecification['field'] = {
  fallback: undefined,
  factory: undefined,
  init: true,
  repr: true,
  compare: true,
  keywordOnly: false,
};

const keywordOnlyMark: HostValue = { kind: 'host', typeName: 'KW_ONLY', attribute: () => undefined };

function fieldFunction(evaluator: Evaluator): Value {
  const signature =
    'default=None, *, default_factory=None, init=True, repr=True, hash=None, compare=True, metadata=None, kw_only=False';
  return native('field', signature, (taken) => {
    if (taken.has('default') && taken.has('default_factory')) {
      refuse('value', 'cannot specify both default and default_factory', taken.place);
    }
    const flag = (name: string) => evaluator.truth(taken.get(name), taken.place);
    const made: FieldSpecification = {
      kind: 'host',
      typeName: 'Field',
      attribute: () => undefined,
      field: {
        fallback: taken.has('default') ? taken.get('default') : undefined,
        factory: taken.has('default_factory') ? taken.get('default_factory') : undefined,
        init: flag('init'),
        repr: flag('repr'),
        compare: flag('compare'),
        keywordOnly: flag('kw_only'),
      },
    };
    return made;
  });
}

function annotationsOf(type: ClassValue): (readonly [string, Value])[] {
  const found = type.attributes.get('__annotations__');
  if (found === undefined || found === null || typeof found !== 'object' || found.kind !== 'dict') return [];
  return [...found.entries.values()].map(([name, hint]) => [String(name), hint] as const);
}

/** The fields of a class: those of its bases, then its own. @throws a reason of kind type or value */
function fieldsOf(type: ClassValue, keywordOnly: boolean, place: Place): DataField[] {
  const fields = new Map<string, DataField>();
  for (const base of [...type.order].reverse()) for (const field of base.fields ?? []) fields.set(field.name, field);
  let only = keywordOnly;
  for (const [name, hint] of annotationsOf(type)) {
    if (hint === keywordOnlyMark) {
      only = true;
      continue;
    }
    if (hint !== null && typeof hint === 'object' && hint.kind === 'host' && hint.typeName === 'ClassVar') continue;
    const given = type.attributes.get(name);
    const specification = isSpecification(given) ? given.field : { ...plainField, fallback: given };
    const { fallback } = specification;
    if (fallback !== null && typeof fallback === 'object' && ['list', 'dict', 'set'].includes(fallback.kind)) {
      refuse(
        'value',
        `mutable default <class '${typeName(fallback)}'> for field ${name} is not allowed: use default_factory`,
        place,
      );
    }
    if (isSpecification(given)) {
      if (fallback === undefined) type.attributes.delete(name);
      else type.attributes.set(name, fallback);
    }
    fields.set(name, { ...specification, name, type: hint, keywordOnly: only || specification.keywordOnly });
  }
  const order = [...fields.values()].filter((field) => field.init && !field.keywordOnly);
  const first = order.findIndex(hasDefault);
  const bare = first < 0 ? undefined : order.slice(first).find((field) => !hasDefault(field));
  if (bare !== undefined) refuse('type', `non-default argument '${bare.name}' follows default argument`, place);
  return [...fields.values()];
}

function hasDefault(field: DataField): boolean {
  return field.fallback !== undefined || field.factory !== undefined;
}

function instanceOf(value: Value, place: Place): InstanceValue {
  if (value !== null && typeof value === 'object' && value.kind === 'instance') return value;
  return refuse('type', 'a dataclass instance was expected', place);
}

function initialiser(evaluator: Evaluator, type: ClassValue, fields: readonly DataField[]): Value {
  const parameters: SignatureParameter[] = [
    { name: 'self', kind: 'positional', hasDefault: false },
    ...fields
      .filter((field) => field.init)
      .map(
        (field): SignatureParameter => ({
          name: field.name,
          kind: field.keywordOnly ? 'keyword' : 'positional',
          hasDefault: hasDefault(field),
        }),
      ),
  ];
  return {
    kind: 'native',
    name: '__init__',
    method: true,
    run(given, place) {
      evaluator.meter.steps(fields.length);
      const bound = bindArguments(`${type.name}.__init__`, parameters, given, place);
      const self = bound.get('self') ?? null;
      for (const field of fields) {
        let value = bound.get(field.name);
        if (value === undefined && field.factory !== undefined)
          value = evaluator.call(field.factory, positional(), place);
        if (value === undefined) value = field.fallback;
        if (value === undefined) continue;
        // A frozen class forbids this to everyone but its own initialiser.
        if (self !== null && typeof self === 'object' && self.kind === 'instance' && frozen.has(self.type)) {
          self.attributes.set(field.name, value);
        } else evaluator.setAttribute(self, field.name, value, place);
      }
      const after = self !== null && typeof self === 'object' && self.kind === 'instance' ? self.type : type;
      const hook = findInClass(after, '__post_init__');
      if (hook !== undefined) evaluator.call(hook, positional(self), place);
      return null;
    },
  };
}

const frozen = new WeakSet<ClassValue>();

/** What `@dataclass` does to a class. */
function makeDataClass(evaluator: Evaluator, type: ClassValue, taken: Taken): ClassValue {
  const { place } = taken;
  const flag = (name: string) => evaluator.truth(taken.get(name), place);
  evaluator.meter.steps(annotationsOf(type).length);
  const fields = fieldsOf(type, flag('kw_only'), place);
  type.fields = fields;
  const define = (name: string, value: Value) => {
    if (!type.attributes.has(name)) type.attributes.set(name, value);
  };
  const parts = (value: InstanceValue) => {
    evaluator.meter.steps(fields.length);
    return fields.filter((field) => field.compare).map((field) => value.attributes.get(field.name) ?? null);
  };
  if (flag('init')) define('__init__', initialiser(evaluator, type, fields));
  if (flag('repr')) {
    define(
      '__repr__',
      native(
        '__repr__',
        'self',
        ({ get }) => {
          const self = instanceOf(get('self'), place);
          evaluator.meter.steps(fields.length);
          const shown = fields
            .filter((field) => field.repr)
            .map((field) => `${field.name}=${evaluator.repr(self.attributes.get(field.name) ?? null, place)}`);
          const text = `${self.type.name}(${shown.join(', ')})`;
          evaluator.meter.characters(text.length);
          return text;
        },
        { method: true },
      ),
    );
  }
  const pair = (name: string, run: (left: InstanceValue, right: InstanceValue) => Value) =>
    define(
      name,
      native(
        name,
        'self, other',
        ({ get }) => {
          const other = get('other');
          const self = instanceOf(get('self'), place);
          const same =
            other !== null && typeof other === 'object' && other.kind === 'instance' && other.type === self.type;
          return same ? run(self, other) : evaluator.notImplemented;
        },
        { method: true },
      ),
    );
  if (flag('eq')) pair('__eq__', (left, right) => evaluator.equals(list(parts(left)), list(parts(right)), place));
  if (flag('order')) {
    const order = (left: InstanceValue, right: InstanceValue) =>
      orderOf(evaluator, tuple(parts(left)), tuple(parts(right)), place) ?? 0;
    pair('__lt__', (left, right) => order(left, right) < 0);
    pair('__le__', (left, right) => order(left, right) <= 0);
    pair('__gt__', (left, right) => order(left, right) > 0);
    pair('__ge__', (left, right) => order(left, right) >= 0);
  }
  if (flag('frozen')) {
    frozen.add(type);
    type.attributes.set(
      '__setattr__',
      native(
        '__setattr__',
        'self, name, value',
        (call) => refuse('attribute', `cannot assign to field '${String(call.get('name'))}'`, call.place),
        { method: true },
      ),
    );
  }
  return type;
}

function asPlain(evaluator: Evaluator, value: Value, place: Place): Value {
  evaluator.meter.enter();
  const result = plain(evaluator, value, place);
  evaluator.meter.leave();
  return result;
}

function plain(evaluator: Evaluator, value: Value, place: Place): Value {
  evaluator.meter.items(1);
  if (value === null || typeof value !== 'object') return value;
  const again = (each: Value) => asPlain(evaluator, each, place);
  if (value.kind === 'instance' && value.type.fields !== undefined) {
    return dict(value.type.fields.map((field) => [field.name, again(value.attributes.get(field.name) ?? null)]));
  }
  if (value.kind === 'list') return list(value.items.map(again));
  if (value.kind === 'tuple' && value.type === undefined) return tuple(value.items.map(again));
  if (value.kind === 'dict') return dict([...value.entries.values()].map(([key, each]) => [again(key), again(each)]));
  return value;
}

/** The module dataclasses. */
export function dataclassesModule(evaluator: Evaluator): ModuleValue {
  const options =
    'init=True, repr=True, eq=True, order=False, unsafe_hash=False, frozen=False, match_args=True, kw_only=False, slots=False, weakref_slot=False';
  const dataclass = native('dataclass', `cls=None, /, *, ${options}`, (taken) => {
    const apply = (value: Value): Value => {
      if (value !== null && typeof value === 'object' && value.kind === 'class') {
        return makeDataClass(evaluator, value, taken);
      }
      return refuse('type', 'dataclass() should be used on a class', taken.place);
    };
    const type = taken.get('cls');
    return type === null ? native('wrap', 'cls', ({ get }) => apply(get('cls'))) : apply(type);
  });
  const fieldsFunction = native('fields', 'class_or_instance', ({ get, place }) => {
    const given = get('class_or_instance');
    const type =
      given !== null && typeof given === 'object' && given.kind === 'class' ? given : evaluator.typeOf(given);
    if (type.fields === undefined) return refuse('type', 'must be called with a dataclass type or instance', place);
    evaluator.meter.steps(8 + 4 * type.fields.length);
    const fieldType = makeClass('Field', [evaluator.object], new Map());
    return tuple(
      type.fields.map((field): Value => {
        const fallback = field.fallback === undefined ? missing : field.fallback;
        const attributes = new Map<string, Value>([
          ['name', field.name],
          ['type', field.type],
          ['default', fallback],
        ]);
        return { kind: 'instance', type: fieldType, attributes };
      }),
    );
  });
  const missing: HostValue = { kind: 'host', typeName: 'MISSING', attribute: () => undefined };
  const replace = native('replace', 'obj, /, **changes', ({ get, place }) => {
    const self = instanceOf(get('obj'), place);
    if (self.type.fields === undefined)
      return refuse('type', 'replace() should be called on dataclass instances', place);
    evaluator.meter.steps(self.type.fields.length);
    const keywords = new Map<string, Value>();
    for (const field of self.type.fields) {
      if (field.init) keywords.set(field.name, self.attributes.get(field.name) ?? null);
    }
    const changes = get('changes');
    if (changes !== null && typeof changes === 'object' && changes.kind === 'dict') {
      for (const [key, value] of changes.entries.values()) keywords.set(String(key), value);
    }
    return evaluator.call(self.type, { positional: [], keywords }, place);
  });
  return hostModule('dataclasses', [
    ['dataclass', dataclass],
    ['field', fieldFunction(evaluator)],
    ['fields', fieldsFunction],
    [
      'asdict',
      native('asdict', 'obj, *, dict_factory=None', ({ get, place }) =>
        asPlain(evaluator, instanceOf(get('obj'), place), place),
      ),
    ],
    [
      'astuple',
      native('astuple', 'obj', ({ get, place }) => {
        const self = instanceOf(get('obj'), place);
        evaluator.meter.items(self.type.fields?.length ?? 0);
        return tuple((self.type.fields ?? []).map((field) => self.attributes.get(field.name) ?? null));
      }),
    ],
    [
      'is_dataclass',
      native('is_dataclass', 'obj', ({ get }) => {
        const given = get('obj');
        const type =
          given !== null && typeof given === 'object' && given.kind === 'class' ? given : evaluator.typeOf(given);
        return type.fields !== undefined;
      }),
    ],
    ['replace', replace],
    ['KW_ONLY', keywordOnlyMark],
    ['MISSING', missing],
  ]);
}
