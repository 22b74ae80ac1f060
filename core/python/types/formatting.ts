/** f-strings, format() and % formatting. */
import type { Meter } from '../budget.ts';
import { findInClass } from '../evaluation/classes.ts';
import { positional, type Runtime } from '../evaluation/runtime.ts';
import { type Place, refuse } from '../reason.ts';
import { exponentText, fixedText, generalText } from './decimals.ts';
import { hashKey } from './hash-key.ts';
import { asFloat, isWide, wideSteps } from './integers.ts';
import { floatText, quoted, textOfValue } from './representation.ts';
import { typeName } from './type-name.ts';
import type { Value } from './values.ts';

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
  if (text !== '') runtime.meter.step();
  chargeNumber(runtime, shown, text);
  const result = formatValue(runtime.meter, shown, text);
  runtime.meter.characters(result.length);
  return result;
}

/** Charges for writing a number: digits of wide ints, and of floats beyond their shortest form, are worked out exactly. */
function chargeNumber(runtime: Runtime, value: Value, text: string): void {
  if (typeof value === 'bigint' && isWide(value)) runtime.meter.steps(wideSteps.text);
  if (text === '' || (typeof value !== 'number' && typeof value !== 'bigint')) return;
  const digits = Number(/\.(\d{1,9})/.exec(text)?.[1] ?? 6);
  const size = Math.abs(Number(value));
  const whole = size >= 1 && Number.isFinite(size) ? Math.log10(size) : 0;
  runtime.meter.steps(2 + Math.ceil((digits + whole) / 8));
}

/** `format(value, specification)`: fill, alignment, sign, width, grouping, precision and the usual types. */
function formatValue(meter: Meter, value: Value, text: string): string {
  if (text === '') return textOfValue(value, meter);
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
    : textOfValue(value, meter).slice(0, Number(precision ?? Infinity));
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
  return body.replace(/^(-?)([0-9a-fA-F]+)/, (_whole, sign: string, digits: string) => {
    const first = digits.length % size;
    const groups = first === 0 ? [] : [digits.slice(0, first)];
    for (let at = first; at < digits.length; at += size) groups.push(digits.slice(at, at + size));
    return sign + groups.join(mark);
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
    if (type === 'c') {
      if (whole < 0n || whole > 0x10ffffn) return refuse('value', 'OverflowError: %c arg not in range(0x110000)');
      return String.fromCodePoint(Number(whole));
    }
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

const conversion = /%(?:\(([^)]*)\))?([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?([a-zA-Z%])?/y;

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
  const converted = ([, key, flags, width, precision, type]: RegExpExecArray): string => {
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
      const entry = mapping.entries.get(hashKey(key));
      if (entry === undefined) return refuse('key', `KeyError: ${quoted(String(key))}`, place);
      at = items.length;
      value = entry[1];
    }
    const text = convert(runtime, value, { flags: String(flags), wide, fine, type: String(type) }, place);
    runtime.meter.characters(text.length);
    return text;
  };
  let result = '';
  let done = 0;
  // One after the other: what is wrong with the first must not wait for a search through the rest.
  for (let start = template.indexOf('%'); start >= 0; start = template.indexOf('%', done)) {
    runtime.meter.steps(2);
    conversion.lastIndex = start;
    const match = conversion.exec(template);
    if (match === null) return refuse('value', 'incomplete format', place);
    result += template.slice(done, start) + converted(match);
    done = start + match[0].length;
  }
  result += template.slice(done);
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
    return formatValue(runtime.meter, text, `${align}${wide}${precision}`);
  }
  if (type === 'c' && typeof value === 'string') return formatValue(runtime.meter, value, `${align}${wide}`);
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
  const specification = `${zero === '' ? align : ''}${sign}${alternate}${zero}${wide}${digits}${kind}`;
  chargeNumber(runtime, given, specification);
  return formatValue(runtime.meter, given, specification);
}
