/**
 * JSON from elsewhere, read within bounds: how long, how deep and how many values it is are found out before anything is
 * built of it. What is wrong with a text is told by its place; nothing of its content is repeated. RFC 8259.
 */
import { FailureError } from './failure.ts';

export interface JsonBounds {
  /** UTF-16 units of the text. */
  readonly characters: number;
  /** Lists and objects inside each other. */
  readonly depth: number;
  /** Values and names in all. */
  readonly values: number;
}

/** What a file holds that a person wrote, many times over. */
export const usualBounds: JsonBounds = { characters: 2 ** 22, depth: 64, values: 50_000 };

type Wrong =
  /** The offset of the first character that JSON does not allow there; the text's length where it only ends too early. */
  | { readonly what: 'syntax'; readonly at: number }
  | { readonly what: 'characters' | 'depth' | 'values'; readonly at: number };

const space = new Set([0x20, 0x09, 0x0a, 0x0d]);
const quote = 0x22;
const backslash = 0x5c;
const opening = new Map([
  [0x7b, 0x7d],
  [0x5b, 0x5d],
]);
const comma = 0x2c;
const colon = 0x3a;
const brace = 0x7d;

const words = ['true', 'false', 'null'];
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const hexadecimal = /[0-9a-fA-F]{0,4}/y;

function matched(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** The offset behind the string that begins at `at`; negative: the wrong place is there, as `-1 - offset`. */
function endOfString(text: string, at: number): number {
  for (let index = at + 1; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === quote) return index + 1;
    if (unit < 0x20) return -1 - index;
    if (unit !== backslash) continue;
    index += 1;
    const escaped = text[index];
    if (escaped === undefined) break;
    if (escaped === 'u') {
      const digits = matched(hexadecimal, text, index + 1);
      if (digits < 4) return -1 - (index + 1 + digits);
      index += 4;
    } else if (!'"\\/bfnrt'.includes(escaped)) return -1 - index;
  }
  return -1 - text.length;
}

/** The offset behind a number or word; negative as of {@link endOfString}. */
function endOfScalar(text: string, at: number): number {
  const first = text[at] ?? '';
  const word = words.find((candidate) => candidate.startsWith(first));
  if (word !== undefined) {
    let index = 0;
    while (index < word.length && text[at + index] === word[index]) index++;
    return index === word.length ? at + index : -1 - (at + index);
  }
  const length = matched(number, text, at);
  if (length > 0) return at + length;
  return -1 - (first === '-' ? at + 1 : at);
}

/** Goes through a text once, building nothing. Null where it is JSON within the bounds. */
export function checkJson(text: string, bounds: JsonBounds): Wrong | null {
  if (text.length > bounds.characters) return { what: 'characters', at: bounds.characters };
  /** What closes each list and object that is open. */
  const open: number[] = [];
  let values = 0;
  let expected: 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'next' = 'value';
  let at = 0;
  for (; at < text.length; ) {
    const unit = text.charCodeAt(at);
    if (space.has(unit)) {
      at += 1;
      continue;
    }
    if (expected === 'next') {
      const end = open.at(-1);
      if (unit === end) open.pop();
      else if (unit === comma && end !== undefined) expected = end === brace ? 'name' : 'value';
      else return { what: 'syntax', at };
      at += 1;
      continue;
    }
    if (expected === 'colon') {
      if (unit !== colon) return { what: 'syntax', at };
      expected = 'value';
      at += 1;
      continue;
    }
    if ((expected === 'value or end' || expected === 'name or end') && unit === open.at(-1)) {
      open.pop();
      expected = 'next';
      at += 1;
      continue;
    }
    values += 1;
    if (values > bounds.values) return { what: 'values', at };
    const isName: boolean = expected === 'name' || expected === 'name or end';
    const close: number | undefined = isName ? undefined : opening.get(unit);
    if (close !== undefined) {
      if (open.length === bounds.depth) return { what: 'depth', at };
      open.push(close);
      expected = close === brace ? 'name or end' : 'value or end';
      at += 1;
      continue;
    }
    if (isName && unit !== quote) return { what: 'syntax', at };
    const end = unit === quote ? endOfString(text, at) : endOfScalar(text, at);
    if (end < 0) return { what: 'syntax', at: -1 - end };
    at = end;
    expected = isName ? 'colon' : 'next';
  }
  return expected === 'next' && open.length === 0 ? null : { what: 'syntax', at: text.length };
}

/** What is beyond the bounds, to be said after a name. */
function beyond(what: Exclude<Wrong['what'], 'syntax'>, bounds: JsonBounds): string {
  const most = bounds[what].toLocaleString('en');
  switch (what) {
    case 'characters':
      return `has more than ${most} characters`;
    case 'depth':
      return `has lists and objects inside each other more than ${most} deep`;
    case 'values':
      return `has more than ${most} values`;
  }
}

function failureOfJson(text: string, name: string, wrong: Wrong, bounds: JsonBounds): FailureError {
  if (wrong.what !== 'syntax') {
    const message = `${name} ${beyond(wrong.what, bounds)}: it is too large to be read.`;
    return new FailureError({ kind: 'input', message });
  }
  const before = text.slice(0, wrong.at);
  const line = before.split('\n').length;
  const column = wrong.at - before.lastIndexOf('\n');
  const place =
    text.slice(wrong.at).trim() === '' ? `it ends too early, in line ${line}` : `line ${line}, column ${column}`;
  const why = text.trim() === '' ? 'it is empty' : place;
  return new FailureError({ kind: 'input', message: `${name} is not JSON: ${why}.`, line, column });
}

/**
 * A JSON text as a value, still to be parsed by a schema. `name`: what the failure calls it.
 * @throws FailureError (`input`) naming line and column of what is wrong, or the bound that it is beyond
 */
export function parseJsonText(text: string, name: string, bounds: JsonBounds = usualBounds): unknown {
  const wrong = checkJson(text, bounds);
  if (wrong !== null) throw failureOfJson(text, name, wrong, bounds);
  return JSON.parse(text);
}
