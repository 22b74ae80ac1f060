/** str(), repr(), f-strings, format() and % formatting. */
import { findInClass } from './classes.ts';
import { viewItems } from './containers.ts';
import { exponentText, fixedText, generalText } from './decimals.ts';
import { asFloat } from './integers.ts';
import { type Place, refuse } from './reason.ts';
import { positional, type Runtime } from './runtime.ts';
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
export function reprOf(value: Value, own: Own = () => null): string {
  return reprIn(value, { items: 10_000, characters: 1_000_000, inside: new Set(), own }, true);
}

function reprIn(value: Value, room: Room, outermost = false): string {
  switch (typeof value) {
    case 'string':
      return counted(quoted(value), room);
    case 'bigint':
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
    const shown = fields.items.map((field, index) => `${String(field)}=${reprIn(value.items[index] ?? null, room)}`);
    return `${value.type.name}(${shown.join(', ')})`;
  }
  return value.items.length === 1 ? `(${listed(value.items, room)},)` : `(${listed(value.items, room)})`;
}

function reprOfDict(value: Extract<Value, { kind: 'dict' }>, room: Room): string {
  const pairs: string[] = [];
  for (const [key, item] of value.entries.values()) {
    if (room.items-- <= 0) break;
    pairs.push(`${reprIn(key, room)}: ${reprIn(item, room)}`);
  }
  const plain = `{${pairs.join(', ')}}`;
  switch (value.typeName) {
    case 'OrderedDict': {
      const items = [...value.entries.values()].map(([key, item]) => `(${reprIn(key, room)}, ${reprIn(item, room)})`);
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
export function textOfValue(value: Value, own: Own = () => null): string {
  if (typeof value === 'string') return value;
  if (value !== null && typeof value === 'object') {
    if (value.kind === 'exception') return value.text;
    if (value.kind === 'instance') {
      const name = value.attributes.get('_name_');
      const numeric = value.type.order.some((each) => each.name === 'IntEnum' || each.name === 'StrEnum');
      if (value.type.members !== undefined && typeof name === 'string' && !numeric) return `${value.type.name}.${name}`;
      if (value.payload !== undefined) return textOfValue(value.payload, own);
    }
  }
  return reprOf(value, own);
}

const specification = /^(?:([\s\S])?([<>^=]))?([+\- ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/u;

/** `format(value, specification)` of any value, counted. @throws a reason of kind value or type */
export function formatIn(runtime: Runtime, value: Value, text: string, place: Place): string {
  let shown = value;
  if (value !== null && typeof value === 'object') {
    const method = value.kind === 'instance' ? findInClass(value.type, '__format__') : undefined;
    const custom = method === undefined ? null : runtime.call(method, positional(value, text), place);
    if (typeof custom === 'string') return custom;
    if (value.kind === 'host' && value.format !== undefined) shown = value.format(text);
    else if (value.kind === 'instance' && value.payload !== undefined && value.type.members === undefined) {
      shown = value.payload;
    } else {
      if (text !== '' && !['instance', 'exception'].includes(value.kind)) {
        refuse('type', `unsupported format string passed to ${typeName(value)}.__format__`, place);
      }
      shown = runtime.text(value, place);
    }
  }
  const result = formatValue(shown, text);
  runtime.meter.characters(result.length);
  return result;
}

/** `format(value, specification)`: fill, alignment, sign, width, grouping, precision and the usual types. */
export function formatValue(value: Value, text: string): string {
  if (text === '') return textOfValue(value);
  const match = specification.exec(text);
  if (match === null) {
    return refuse('value', `Invalid format specifier '${text.slice(0, 40)}' for object of type '${typeName(value)}'`);
  }
  const [, fill, align, sign, , alternate, zero, width, grouping, precision, type] = match;
  const wide = Number(width ?? 0);
  if (wide > 10000 || Number(precision ?? 0) > 500) refuse('budget', 'a format width is too large');
  const numeric = typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean';
  if (!numeric && type !== undefined && type !== 's') {
    return refuse('value', `Unknown format code '${type}' for object of type '${typeName(value)}'`);
  }
  if (!numeric && align === '=') {
    refuse('value', "'=' alignment not allowed in string format specifier");
  }
  let body = numeric
    ? number(value, type, precision, alternate !== undefined)
    : textOfValue(value).slice(0, Number(precision ?? Infinity));
  if (grouping !== undefined) body = grouped(body, grouping, type);
  if (numeric && (sign === '+' || sign === ' ') && !body.startsWith('-')) body = sign + body;
  const missing = wide - body.length;
  if (missing <= 0) return body;
  const filler = (fill ?? (zero === undefined ? ' ' : '0')).repeat(missing);
  switch (align ?? (zero !== undefined && numeric ? '=' : numeric ? '>' : '<')) {
    case '<':
      return body + filler;
    case '^':
      return filler.slice(0, Math.floor(missing / 2)) + body + filler.slice(Math.floor(missing / 2));
    case '=': {
      const head = /^[+\- ]?(?:0[xXobB](?=[0-9a-fA-F]))?/.exec(body)?.[0] ?? '';
      return head + filler + body.slice(head.length);
    }
    default:
      return filler + body;
  }
}

/** Digits in groups of three, or of four in hexadecimal and binary. */
function grouped(body: string, mark: string, type: string | undefined): string {
  const size = type !== undefined && 'bxXo'.includes(type) ? 4 : 3;
  const pattern = size === 4 ? /\B(?=(?:[0-9a-fA-F]{4})+$)/g : /\B(?=(?:\d{3})+$)/g;
  return body.replace(/^(-?)([0-9a-fA-F]+)/, (_whole, sign: string, digits: string) => {
    return sign + digits.replace(pattern, mark);
  });
}

function number(
  value: bigint | number | boolean,
  type: string | undefined,
  precision: string | undefined,
  alternate: boolean,
): string {
  const digits = Number(precision ?? 6);
  const whole = typeof value === 'number' ? null : BigInt(value);
  const radix: Readonly<Record<string, readonly [number, string]>> = {
    b: [2, '0b'],
    o: [8, '0o'],
    x: [16, '0x'],
    X: [16, '0X'],
  };
  const based = type === undefined ? undefined : radix[type];
  if (based !== undefined || type === 'd' || type === 'c') {
    if (whole === null) return refuse('value', `Unknown format code '${type}' for object of type 'float'`);
    if (precision !== undefined) refuse('value', 'Precision not allowed in integer format specifier');
    if (type === 'c') return String.fromCodePoint(Number(whole));
    if (based === undefined) return whole.toString();
    const text = (whole < 0n ? -whole : whole).toString(based[0]);
    return `${whole < 0n ? '-' : ''}${alternate ? based[1] : ''}${type === 'X' ? text.toUpperCase() : text}`;
  }
  if (type === 's') return refuse('value', `Unknown format code 's' for object of type '${typeName(value)}'`);
  if (whole !== null && (type === undefined || type === 'n')) {
    if (precision !== undefined) refuse('value', 'Precision not allowed in integer format specifier');
    return whole.toString();
  }
  const float = typeof value === 'number' ? value : asFloat(BigInt(value));
  if (!Number.isFinite(float)) {
    const text = floatText(float) + (type === '%' ? '%' : '');
    return type !== undefined && 'EFG'.includes(type) ? text.toUpperCase() : text;
  }
  switch (type) {
    case 'f':
    case 'F':
      return fixedText(float, digits);
    case '%':
      return `${fixedText(float * 100, digits)}%`;
    case 'e':
      return exponentText(float, digits);
    case 'E':
      return exponentText(float, digits).toUpperCase();
    case 'g':
    case 'n':
      return generalText(float, digits, { alternate, whole: false });
    case 'G':
      return generalText(float, digits, { alternate, whole: false }).toUpperCase();
    default:
      return precision === undefined ? floatText(float) : generalText(float, digits, { alternate, whole: true });
  }
}

const conversion = /%(?:\(([^)]*)\))?([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?([a-zA-Z%])?/g;

/** `template % values`, counted. @throws a reason of kind type, value or key */
export function percentFormat(runtime: Runtime, template: string, values: Value, place: Place): string {
  const isTuple = values !== null && typeof values === 'object' && values.kind === 'tuple';
  const items: readonly Value[] = isTuple ? values.items : [values];
  const mapping = values !== null && typeof values === 'object' && values.kind === 'dict' ? values : null;
  let at = 0;
  runtime.meter.work(template.length);
  const next = (): Value => {
    const value = items[at++];
    return value === undefined ? refuse('type', 'not enough arguments for format string', place) : value;
  };
  const measure = (text: string | undefined): string => {
    if (text !== '*') return text ?? '';
    const given = next();
    return typeof given === 'bigint' ? String(given) : refuse('type', '* wants int', place);
  };
  const result = template.replace(conversion, (_whole, key, flags, width, precision, type) => {
    if (type === undefined) return refuse('value', `incomplete format`, place);
    if (type === '%') return '%';
    if (!'diouxXeEfFgGcrsa'.includes(type)) {
      return refuse(
        'value',
        `unsupported format character '${type}' (0x${String(type).charCodeAt(0).toString(16)})`,
        place,
      );
    }
    const wide = measure(width);
    const fine = precision === undefined ? undefined : measure(precision);
    let value: Value;
    if (key === undefined) value = next();
    else {
      if (mapping === null) return refuse('type', 'format requires a mapping', place);
      const entry = mapping.entries.get(`s${key}`);
      if (entry === undefined) return refuse('key', `KeyError: ${quoted(String(key))}`, place);
      at = items.length;
      value = entry[1];
    }
    const text = convert(runtime, value, { flags: String(flags), wide, fine, type: String(type) }, place);
    runtime.meter.characters(text.length);
    return text;
  });
  if (at < items.length && mapping === null && (isTuple || !template.includes('%') || at === 0)) {
    refuse('type', 'not all arguments converted during string formatting', place);
  }
  return result;
}

interface Conversion {
  readonly flags: string;
  readonly wide: string;
  readonly fine: string | undefined;
  readonly type: string;
}

function convert(runtime: Runtime, value: Value, { flags, wide, fine, type }: Conversion, place: Place): string {
  const align = flags.includes('-') ? '<' : '>';
  const precision = fine === undefined ? '' : `.${fine}`;
  if (type === 's' || type === 'r' || type === 'a') {
    const text = type === 's' ? runtime.text(value, place) : runtime.repr(value, place);
    return formatValue(text, `${align}${wide}${precision}`);
  }
  if (type === 'c' && typeof value === 'string') return formatValue(value, `${align}${wide}`);
  let given =
    value !== null && typeof value === 'object' && value.kind === 'instance' ? (value.payload ?? value) : value;
  if (typeof given === 'boolean') given = BigInt(given);
  const wanted = 'diouxX'.includes(type);
  if (typeof given !== 'number' && typeof given !== 'bigint') {
    const sentence = wanted ? `%${type} format: a real number is required` : 'must be real number';
    return refuse('type', `${sentence}, not ${typeName(value)}`, place);
  }
  if (wanted && typeof given === 'number') {
    if ('oxX'.includes(type)) refuse('type', `%${type} format: an integer is required, not float`, place);
    given = BigInt(Math.trunc(given));
  }
  const kind = 'diu'.includes(type) ? 'd' : type;
  const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const zero = flags.includes('0') && align === '>' ? '0' : '';
  const alternate = flags.includes('#') ? '#' : '';
  const digits = wanted ? '' : precision;
  return formatValue(given, `${zero === '' ? align : ''}${sign}${alternate}${zero}${wide}${digits}${kind}`);
}
