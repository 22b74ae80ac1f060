/** Named tuples: collections.namedtuple and typing.NamedTuple. */
import { makeClass } from '../evaluation/classes.ts';
import type { Evaluator } from '../evaluation/runtime.ts';
import { bindArguments, native, type SignatureParameter } from '../evaluation/signature.ts';
import { type Place, refuse } from '../reason.ts';
import { dict, tuple } from '../types/containers.ts';
import { typeName } from '../types/type-name.ts';
import type { ClassValue, NativeFunction, Scope, TupleValue, Value } from '../types/values.ts';

function selfOf(value: Value, place: Place): TupleValue {
  if (value !== null && typeof value === 'object' && value.kind === 'tuple') return value;
  return refuse('type', `a named tuple was expected, not ${typeName(value)}`, place);
}

function tupleType(evaluator: Evaluator): ClassValue {
  const type = evaluator.builtins.get('tuple');
  return type !== null && typeof type === 'object' && type.kind === 'class' ? type : evaluator.object;
}

/** The class of a named tuple with these fields; `fallbacks` are their defaults, `attributes` what its body adds. */
function makeNamedTuple(
  evaluator: Evaluator,
  name: string,
  fields: readonly string[],
  fallbacks: ReadonlyMap<string, Value>,
  attributes: Map<string, Value>,
  place: Place,
): ClassValue {
  // A property for each field is made, with a function of its own.
  evaluator.meter.steps(8 * fields.length);
  const names = new Set<string>();
  const repeated = fields.find((field) => names.size === names.add(field).size);
  if (repeated !== undefined) refuse('value', `Encountered duplicate field name: '${repeated}'`, place);
  const invalid = fields.find((field) => !/^[^\W\d]\w*$/u.test(field));
  if (invalid !== undefined) {
    refuse('value', `Type names and field names must be valid identifiers: '${invalid}'`, place);
  }
  const parameters: SignatureParameter[] = fields.map((field) => ({
    name: field,
    kind: 'positional',
    hasDefault: fallbacks.has(field),
  }));
  const make = (items: readonly Value[], type: ClassValue): TupleValue => {
    evaluator.meter.items(items.length);
    return { ...tuple(items, type.name), type };
  };
  fields.forEach((field, index) => {
    attributes.set(field, {
      kind: 'property',
      getter: native(field, 'self', (taken) => selfOf(taken.get('self'), taken.place).items[index] ?? null),
      setter: null,
    });
  });
  attributes.set('_fields', tuple(fields));
  attributes.set('_field_defaults', dict(fallbacks));
  const method = (key: string, run: NativeFunction['run']) => {
    attributes.set(key, { kind: 'native', name: key, method: true, run });
  };
  method('_asdict', (given, at) => {
    const { items } = selfOf(given.positional[0] ?? null, at);
    evaluator.meter.items(fields.length);
    return dict(fields.map((field, index) => [field, items[index] ?? null]));
  });
  method('_replace', (given, at) => {
    const self = selfOf(given.positional[0] ?? null, at);
    const unknown = [...given.keywords.keys()].find((key) => !names.has(key));
    if (unknown !== undefined) refuse('value', `Got unexpected field names: ['${unknown}']`, at);
    const items = fields.map(
      (field, index) => (given.keywords.has(field) ? given.keywords.get(field) : self.items[index]) ?? null,
    );
    return make(items, self.type ?? made);
  });
  attributes.set('_make', {
    kind: 'classmethod',
    callee: native('_make', 'cls, iterable', (taken) => {
      const items = evaluator.iterate(taken.get('iterable'), taken.place);
      if (items.length !== fields.length) {
        refuse('type', `Expected ${fields.length} arguments, got ${items.length}`, taken.place);
      }
      const type = taken.get('cls');
      return make(items, type !== null && typeof type === 'object' && type.kind === 'class' ? type : made);
    }),
  });
  const made = makeClass(name, [tupleType(evaluator)], attributes, {
    place,
    construct: (given, at, type) => {
      evaluator.meter.work(4 * fields.length);
      const bound = bindArguments(`${name}.__new__`, parameters, given, at);
      return make(
        fields.map((field) => (bound.has(field) ? bound.get(field) : fallbacks.get(field)) ?? null),
        type,
      );
    },
  });
  return made;
}

/** collections.namedtuple. */
export function namedTupleFunction(evaluator: Evaluator): NativeFunction {
  return native('namedtuple', 'typename, field_names, *, rename=False, defaults=None, module=None', (taken) => {
    const { place } = taken;
    const name = taken.get('typename');
    if (typeof name !== 'string') return refuse('type', 'the name of a named tuple must be a string', place);
    const given = taken.get('field_names');
    const fields =
      typeof given === 'string'
        ? given
            .replaceAll(',', ' ')
            .split(/\s+/)
            .filter((each) => each !== '')
        : evaluator.iterate(given, place).map((each) => evaluator.text(each, place));
    const defaults = taken.get('defaults');
    const values = defaults === null ? [] : evaluator.iterate(defaults, place);
    if (values.length > fields.length) refuse('type', 'Got more default values than field names', place);
    const first = fields.length - values.length;
    const fallbacks = new Map(values.map((value, index) => [fields[first + index] ?? '', value]));
    return makeNamedTuple(evaluator, name, fields, fallbacks, new Map(), place);
  });
}

/** `NamedTuple('Name', [('field', type), ...])`. */
export function namedTupleCall(evaluator: Evaluator): ClassValue['construct'] {
  const made = native('NamedTuple', 'typename, fields=None', (taken) => {
    const { get, place } = taken;
    const name = get('typename');
    if (typeof name !== 'string') return refuse('type', 'the name of a named tuple must be a string', place);
    const given = get('fields') === null ? [] : evaluator.iterate(get('fields'), place);
    const fields = given.map((pair) => {
      const [field = null] = evaluator.iterate(pair, place);
      return evaluator.text(field, place);
    });
    return makeNamedTuple(evaluator, name, fields, new Map(), new Map(), place);
  });
  return (given, place) => made.run(given, place);
}

/** The class that `class Name(NamedTuple):` defines: its annotated names are the fields. */
export function namedTupleClass(evaluator: Evaluator, name: string, body: Scope, place: Place): ClassValue {
  const fields = [...(body.annotations?.keys() ?? [])];
  const named = new Set(fields);
  const fallbacks = new Map<string, Value>();
  const attributes = new Map<string, Value>();
  for (const [key, value] of body.variables) {
    if (named.has(key)) fallbacks.set(key, value);
    else attributes.set(key, value);
  }
  const first = fields.findIndex((field) => fallbacks.has(field));
  const bare = first < 0 ? undefined : fields.slice(first).find((field) => !fallbacks.has(field));
  if (bare !== undefined) {
    refuse('type', `non-default namedtuple field ${bare} cannot follow default field ${fields[first]}`, place);
  }
  return makeNamedTuple(evaluator, name, fields, fallbacks, attributes, place);
}
