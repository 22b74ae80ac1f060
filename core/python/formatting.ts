/** str(), repr(), f-strings and % formatting, as far as programs that define networks use them. */
import { refuse } from './reason.ts';
import { typeName, type Value } from './values.ts';

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

/** `repr` of a string, quoted as Python does. */
export function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r');
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}

/** What a representation may still hold: items, and levels of nesting (lists may hold themselves). */
interface Room {
  items: number;
  depth: number;
}

/** `repr(value)`; past ten thousand items or eight levels it goes on as `...`. */
export function reprOf(value: Value, room: Room = { items: 10_000, depth: 8 }): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'bigint':
      return String(value);
    case 'number':
      return floatText(value);
    case 'boolean':
      return value ? 'True' : 'False';
    default:
      break;
  }
  if (value === null) return 'None';
  if (room.depth <= 0 || room.items <= 0) return '...';
  room.depth--;
  const text = reprOfObject(value, room);
  room.depth++;
  return text;
}

function reprOfObject(value: Exclude<Value, null | string | bigint | number | boolean>, room: Room): string {
  const inner = (items: Iterable<Value>) => {
    const parts: string[] = [];
    for (const item of items) {
      if (room.items-- <= 0) break;
      parts.push(reprOf(item, room));
    }
    return parts.join(', ');
  };
  switch (value.kind) {
    case 'tuple': {
      if (value.typeName === 'torch.Size') return `torch.Size([${inner(value.items)}])`;
      return value.items.length === 1 ? `(${inner(value.items)},)` : `(${inner(value.items)})`;
    }
    case 'list':
      return `[${inner(value.items)}]`;
    case 'set':
      return value.entries.size === 0 ? 'set()' : `{${inner(value.entries.values())}}`;
    case 'dict': {
      const pairs: string[] = [];
      for (const [key, item] of value.entries.values()) {
        if (room.items-- <= 0) break;
        pairs.push(`${reprOf(key, room)}: ${reprOf(item, room)}`);
      }
      return `{${pairs.join(', ')}}`;
    }
    case 'range':
      return value.step === 1n
        ? `range(${value.start}, ${value.stop})`
        : `range(${value.start}, ${value.stop}, ${value.step})`;
    case 'class':
      return `<class '${value.name}'>`;
    case 'function':
      return `<function ${value.name}>`;
    case 'native':
      return `<built-in function ${value.name}>`;
    case 'module':
      return `<module '${value.name}'>`;
    case 'exception':
      return `${value.type.name}(${quoted(value.text)})`;
    case 'ellipsis':
      return 'Ellipsis';
    case 'host':
      return value.text?.() ?? `<${value.typeName}>`;
    default:
      return `<${typeName(value)} object>`;
  }
}

/** `str(value)`. */
export function textOfValue(value: Value): string {
  if (typeof value === 'string') return value;
  if (value !== null && typeof value === 'object' && value.kind === 'exception') return value.text;
  return reprOf(value);
}

const specification = /^(?:(.)?([<>^=]))?([+\- ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bdeEfFgGnosxX%])?$/;

/** `format(value, specification)`: fill, alignment, sign, width, grouping, precision and the usual types. */
export function formatValue(value: Value, text: string): string {
  if (text === '') return textOfValue(value);
  const match = specification.exec(text);
  if (match === null) return refuse('value', `Invalid format specifier '${text.slice(0, 40)}'`);
  const [, fill, align, sign, , zero, width, grouping, precision, type] = match;
  const wide = Number(width ?? 0);
  if (wide > 10000 || Number(precision ?? 0) > 100) refuse('budget', 'a format width is too large');
  const numeric = typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean';
  let body = numeric ? number(value, type, precision) : textOfValue(value).slice(0, Number(precision ?? Infinity));
  if (!numeric && type !== undefined && type !== 's') {
    return refuse('value', `Unknown format code '${type}' for object of type '${typeName(value)}'`);
  }
  if (grouping !== undefined) body = body.replace(/^-?\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, grouping));
  if (numeric && (sign === '+' || sign === ' ') && !body.startsWith('-')) body = sign + body;
  const missing = wide - body.length;
  if (missing <= 0) return body;
  const filler = (fill ?? (zero === undefined ? ' ' : '0')).repeat(missing);
  switch (align ?? (zero !== undefined ? '=' : numeric ? '>' : '<')) {
    case '<':
      return body + filler;
    case '^':
      return filler.slice(0, Math.floor(missing / 2)) + body + filler.slice(Math.floor(missing / 2));
    case '=':
      return /^[+\- ]/.test(body) ? body.slice(0, 1) + filler + body.slice(1) : filler + body;
    default:
      return filler + body;
  }
}

function number(value: bigint | number | boolean, type: string | undefined, precision: string | undefined): string {
  const digits = Number(precision ?? 6);
  switch (type) {
    case 'f':
    case 'F':
      return Number(value).toFixed(digits);
    case '%':
      return `${(Number(value) * 100).toFixed(digits)}%`;
    case 'e':
    case 'E': {
      const text = Number(value)
        .toExponential(digits)
        .replace(/e([+-])(\d)$/, 'e$10$2');
      return type === 'E' ? text.toUpperCase() : text;
    }
    case 'g':
    case 'G':
      return String(Number(Number(value).toPrecision(Math.max(1, digits))));
    case 'b':
      return BigInt(value).toString(2);
    case 'o':
      return BigInt(value).toString(8);
    case 'x':
      return BigInt(value).toString(16);
    case 'X':
      return BigInt(value).toString(16).toUpperCase();
    default:
      if (precision !== undefined && typeof value === 'number') return String(Number(value.toPrecision(digits)));
      return textOfValue(typeof value === 'boolean' ? BigInt(value) : value);
  }
}

/** `template % values`. */
export function percentFormat(template: string, values: Value): string {
  const isTuple = values !== null && typeof values === 'object' && values.kind === 'tuple';
  const items: readonly Value[] = isTuple ? values.items : [values];
  let at = 0;
  const result = template.replace(
    /%(?:\((\w+)\))?([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (_all, key, flags, width, precision, type) => {
      if (type === '%') return '%';
      if (key !== undefined) return refuse('unsupported', '% formatting by name is not supported');
      const value = items[at++];
      if (value === undefined) return refuse('type', 'not enough arguments for format string');
      const flag = String(flags);
      const align = flag.includes('-') ? '<' : '>';
      const zero = flag.includes('0') && align === '>' ? '0' : '';
      const kind = type === 'i' || type === 'u' ? 'd' : type;
      if (kind === 's' || kind === 'r') {
        return formatValue(kind === 'r' ? reprOf(value) : textOfValue(value), `${align}${width ?? ''}`);
      }
      const whole = kind === 'd' && typeof value === 'number' ? BigInt(Math.trunc(value)) : value;
      return formatValue(
        whole,
        `${zero === '' ? align : ''}${zero}${width ?? ''}${precision === undefined ? '' : `.${precision}`}${kind}`,
      );
    },
  );
  if (at < items.length && isTuple) refuse('type', 'not all arguments converted during string formatting');
  return result;
}
