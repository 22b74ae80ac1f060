/** str() and repr(). */
import type { Meter } from '../budget.ts';
import { findInClass } from '../evaluation/classes.ts';
import { refuse } from '../reason.ts';
import { viewItems } from './containers.ts';
import { chargeWide, wideSteps } from './integers.ts';
import { typeName } from './type-name.ts';
import type { Value } from './values.ts';

/** `repr` of a float: the shortest digits that read back, with Python's exponents. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits = '', exponent = '0'] = value.toExponential().split('e');
    const power = Number(exponent);
    return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const text = String(value);
  return Object.is(value, -0) ? '-0.0' : text.includes('.') ? text : `${text}.0`;
}

/** What `repr` writes for characters that would not show. */
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r' };

/** `repr` of a string, quoted as Python does. */
export function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that repr escapes
  const escaped = text.replace(/[\\\u0000-\u001f\u007f]/g, (character) => {
    return escapes[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}

/** What a representation may still hold, and the values that it is inside of (lists may hold themselves). */
interface Room {
  readonly meter: Meter;
  items: number;
  characters: number;
  readonly inside: Set<Value>;
  readonly own: (value: Value) => string | null;
}

type Own = (value: Value) => string | null;

/**
 * `repr(value)`; past ten thousand items or fifty levels it goes on as `...`.
 * @param own what classes of the program say about a value inside, null for all others
 */
export function reprOf(value: Value, meter: Meter, own: Own = () => null): string {
  return reprIn(value, { meter, items: 10_000, characters: 1_000_000, inside: new Set(), own }, true);
}

function reprIn(value: Value, room: Room, outermost = false): string {
  room.meter.step();
  switch (typeof value) {
    case 'string':
      room.meter.work(value.length);
      return counted(quoted(value), room);
    case 'bigint':
      chargeWide(room.meter, wideSteps.text, value);
      return counted(String(value), room);
    case 'number':
      return floatText(value);
    case 'boolean':
      return value ? 'True' : 'False';
    default:
      break;
  }
  if (value === null) return 'None';
  const custom = outermost ? null : room.own(value);
  if (custom !== null) return counted(custom, room);
  if (room.inside.has(value)) return value.kind === 'list' ? '[...]' : value.kind === 'dict' ? '{...}' : '...';
  if (room.inside.size >= 50 || room.items <= 0) return '...';
  room.inside.add(value);
  const text = reprOfObject(value, room);
  room.inside.delete(value);
  return text;
}

function counted(text: string, room: Room): string {
  room.characters -= text.length;
  if (room.characters < 0) refuse('budget', 'a representation has more than 1000000 characters');
  return text;
}

type ObjectValue = Exclude<Value, null | string | bigint | number | boolean>;

function listed(items: Iterable<Value>, room: Room): string {
  const parts: string[] = [];
  for (const item of items) {
    if (room.items-- <= 0) break;
    parts.push(reprIn(item, room));
  }
  return parts.join(', ');
}

function reprOfObject(value: ObjectValue, room: Room): string {
  switch (value.kind) {
    case 'tuple':
      return reprOfTuple(value, room);
    case 'list':
      return `[${listed(value.items, room)}]`;
    case 'set': {
      const inside = value.entries.size === 0 ? '' : `{${listed(value.entries.values(), room)}}`;
      if (value.typeName === 'frozenset') return `frozenset(${inside})`;
      return inside === '' ? 'set()' : inside;
    }
    case 'view':
      room.meter.work(4 * value.mapping.entries.size);
      return `dict_${value.part}([${listed(viewItems(value), room)}])`;
    case 'dict':
      return reprOfDict(value, room);
    case 'range':
      return value.step === 1n
        ? `range(${value.start}, ${value.stop})`
        : `range(${value.start}, ${value.stop}, ${value.step})`;
    case 'slice':
      return `slice(${listed([value.start, value.stop, value.step], room)})`;
    case 'class':
      return value.members === undefined || value.place === null ? `<class '${value.name}'>` : `<enum '${value.name}'>`;
    case 'function':
      return `<function ${value.name}>`;
    case 'native':
      return `<built-in function ${value.name}>`;
    case 'module':
      return `<module '${value.name}'>`;
    case 'exception':
      return `${value.type.name}(${listed(value.args, room)})`;
    case 'ellipsis':
      return 'Ellipsis';
    case 'host':
      return value.text?.() ?? `<${value.typeName}>`;
    case 'instance':
      return reprOfInstance(value, room);
    default:
      return `<${typeName(value)} object>`;
  }
}

function reprOfTuple(value: Extract<Value, { kind: 'tuple' }>, room: Room): string {
  if (value.typeName === 'torch.Size') return `torch.Size([${listed(value.items, room)}])`;
  const fields = value.type === undefined ? undefined : findInClass(value.type, '_fields');
  if (value.type !== undefined && fields !== null && typeof fields === 'object' && fields.kind === 'tuple') {
    const shown = fields.items.map((field, index) => {
      return `${typeof field === 'string' ? field : '?'}=${reprIn(value.items[index] ?? null, room)}`;
    });
    return `${value.type.name}(${shown.join(', ')})`;
  }
  return value.items.length === 1 ? `(${listed(value.items, room)},)` : `(${listed(value.items, room)})`;
}

function reprOfDict(value: Extract<Value, { kind: 'dict' }>, room: Room): string {
  const pairs: string[] = [];
  for (const [key, item] of value.typeName === 'OrderedDict' ? [] : value.entries.values()) {
    if (room.items-- <= 0) break;
    pairs.push(`${reprIn(key, room)}: ${reprIn(item, room)}`);
  }
  const plain = `{${pairs.join(', ')}}`;
  switch (value.typeName) {
    case 'OrderedDict': {
      const items: string[] = [];
      for (const [key, item] of value.entries.values()) {
        if (room.items-- <= 0) break;
        items.push(`(${reprIn(key, room)}, ${reprIn(item, room)})`);
      }
      return items.length === 0 ? 'OrderedDict()' : `OrderedDict([${items.join(', ')}])`;
    }
    case 'Counter':
      return value.entries.size === 0 ? `${value.typeName}()` : `${value.typeName}(${plain})`;
    case 'defaultdict':
      return `defaultdict(${reprIn(value.fallback, room)}, ${plain})`;
    case 'mappingproxy':
      return `mappingproxy(${plain})`;
    default:
      return plain;
  }
}

function reprOfInstance(value: Extract<Value, { kind: 'instance' }>, room: Room): string {
  const name = value.attributes.get('_name_');
  if (value.type.members !== undefined && typeof name === 'string') {
    return `<${value.type.name}.${name}: ${reprIn(value.attributes.get('_value_') ?? null, room)}>`;
  }
  return value.payload === undefined ? `<${value.type.name} object>` : reprIn(value.payload, room);
}

/** `str(value)`. */
export function textOfValue(value: Value, meter: Meter, own: Own = () => null): string {
  if (typeof value === 'string') return value;
  if (value !== null && typeof value === 'object') {
    if (value.kind === 'exception') return value.text;
    if (value.kind === 'instance') {
      const name = value.attributes.get('_name_');
      const numeric = value.type.order.some((each) => each.name === 'IntEnum' || each.name === 'StrEnum');
      if (value.type.members !== undefined && typeof name === 'string' && !numeric) return `${value.type.name}.${name}`;
      if (value.payload !== undefined) return textOfValue(value.payload, meter, own);
    }
  }
  return reprOf(value, meter, own);
}
