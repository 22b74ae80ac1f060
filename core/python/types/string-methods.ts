/** Methods of str. */
import { pairsOf } from '../evaluation/argument-values.ts';
import { searchWork } from '../evaluation/comparisons.ts';
import type { Runtime } from '../evaluation/runtime.ts';
import { native, type Taken } from '../evaluation/signature.ts';
import { characterCount, indexOf } from '../evaluation/subscripts.ts';
import { type Place, refuse } from '../reason.ts';
import { list, tuple } from './containers.ts';
import { quoted } from './representation.ts';
import { formatTemplate } from './string-format.ts';
import { typeName } from './type-name.ts';
import type { NativeFunction, Value } from './values.ts';

type Run = (self: string, taken: Taken) => Value;

/** Whitespace as str.split and str.strip take it. */
const space = /\s/u;

function textArgument(taken: Taken, name: string): string {
  const value = taken.get(name);
  if (typeof value === 'string') return value;
  if (value !== null && typeof value === 'object' && value.kind === 'instance' && typeof value.payload === 'string') {
    return value.payload;
  }
  return refuse('type', `must be str, not ${typeName(value)}`, taken.place);
}

function integer(taken: Taken, name: string): number {
  const index = indexOf(taken.get(name));
  if (index !== null) return Number(index);
  return refuse('type', `'${typeName(taken.get(name))}' object cannot be interpreted as an integer`, taken.place);
}

/** A window of a string, as find, count and startswith take it. */
function bounds(self: string, taken: Taken): { readonly start: number; readonly end: number } {
  const clamp = (value: number) => Math.min(Math.max(value < 0 ? value + self.length : value, 0), self.length);
  const start = taken.get('start') === null ? 0 : integer(taken, 'start');
  const end = taken.get('end') === null ? self.length : integer(taken, 'end');
  return { start: start > self.length ? self.length + 1 : clamp(start), end: clamp(end) };
}

/** The part that is looked for, charged for the search. */
function soughtIn(runtime: Runtime, self: string, taken: Taken, name: string): string {
  const part = textArgument(taken, name);
  runtime.meter.work(searchWork(self.length, part.length));
  return part;
}

function found(runtime: Runtime, self: string, taken: Taken, last: boolean): number {
  const { start, end } = bounds(self, taken);
  const part = soughtIn(runtime, self, taken, 'sub');
  if (start > end) return -1;
  const window = self.slice(start, end);
  const at = last ? window.lastIndexOf(part) : window.indexOf(part);
  return at < 0 ? -1 : at + start;
}

function stripped(self: string, taken: Taken, left: boolean, right: boolean): string {
  const given = taken.get('chars');
  const characters = given === null ? null : new Set(textArgument(taken, 'chars'));
  const drop = (character: string | undefined) =>
    character !== undefined && (characters === null ? space.test(character) : characters.has(character));
  let start = 0;
  let end = self.length;
  while (left && start < end && drop(self[start])) start++;
  while (right && end > start && drop(self[end - 1])) end--;
  return self.slice(start, end);
}

function split(runtime: Runtime, self: string, taken: Taken, fromRight: boolean): Value {
  const separator = taken.get('sep');
  const limit = integer(taken, 'maxsplit');
  const parts: string[] = [];
  if (separator === null) {
    let rest = fromRight ? self.trimEnd() : self.trimStart();
    if (fromRight) {
      while (rest !== '' && (limit < 0 || parts.length < limit)) {
        let start = rest.length;
        while (start > 0 && !space.test(rest[start - 1] ?? '')) start--;
        parts.push(rest.slice(start));
        rest = rest.slice(0, start).trimEnd();
        runtime.meter.items(1);
      }
      if (rest.trim() !== '') parts.push(rest);
      parts.reverse();
    } else {
      while (rest !== '' && (limit < 0 || parts.length < limit)) {
        const match = /^\S+/u.exec(rest);
        if (match === null) break;
        parts.push(match[0]);
        rest = rest.slice(match[0].length).trimStart();
        runtime.meter.items(1);
      }
      if (rest !== '') parts.push(rest);
    }
  } else {
    const mark = soughtIn(runtime, self, taken, 'sep');
    if (mark === '') refuse('value', 'empty separator', taken.place);
    const all = self.split(mark);
    runtime.meter.items(all.length);
    if (limit < 0 || all.length <= limit + 1) parts.push(...all);
    else if (fromRight) {
      parts.push(all.slice(0, all.length - limit).join(mark), ...all.slice(all.length - limit));
    } else parts.push(...all.slice(0, limit), all.slice(limit).join(mark));
  }
  runtime.meter.items(parts.length);
  return list(parts);
}

function justified(self: string, taken: Taken, place: (missing: number) => readonly [number, number]): string {
  const width = integer(taken, 'width');
  const fill = textArgument(taken, 'fillchar');
  if ([...fill].length !== 1) {
    return refuse('type', 'The fill character must be exactly one character long', taken.place);
  }
  const missing = width - self.length;
  if (missing <= 0) return self;
  if (missing > 100_000) return refuse('budget', `a string of ${width} characters is too long`, taken.place);
  const [left, right] = place(missing);
  return fill.repeat(left) + self + fill.repeat(right);
}

function affix(runtime: Runtime, self: string, taken: Taken, test: (window: string, part: string) => boolean): boolean {
  const { start, end } = bounds(self, taken);
  const given = taken.get('prefix');
  const parts = given !== null && typeof given === 'object' && given.kind === 'tuple' ? given.items : [given];
  if (start > end) return false;
  const window = self.slice(start, end);
  return parts.some((part) => {
    if (typeof part === 'string') {
      runtime.meter.work(16 + (part.length >> 4));
      return test(window, part);
    }
    return refuse('type', `first arg must be str or a tuple of str, not ${typeName(part)}`, taken.place);
  });
}

function replaced(runtime: Runtime, self: string, taken: Taken): string {
  const [old, next] = [soughtIn(runtime, self, taken, 'old'), textArgument(taken, 'new')];
  const limit = integer(taken, 'count');
  const parts = old === '' ? ['', ...self, ''] : self.split(old);
  if (parts.length > 1) runtime.meter.characters(self.length + (parts.length - 1) * next.length);
  runtime.meter.items(parts.length);
  if (limit < 0 || parts.length - 1 <= limit) return parts.join(next);
  const head = parts.slice(0, limit + 1).join(next);
  const tail = parts.slice(limit + 1);
  return [head, ...tail].join(old);
}

function joined(runtime: Runtime, self: string, taken: Taken): string {
  const parts = runtime.iterate(taken.get('iterable'), taken.place).map((item, index) => {
    if (typeof item === 'string') return item;
    if (item !== null && typeof item === 'object' && item.kind === 'instance' && typeof item.payload === 'string') {
      return item.payload;
    }
    return refuse('type', `sequence item ${index}: expected str instance, ${typeName(item)} found`, taken.place);
  });
  runtime.meter.characters(parts.reduce((sum, part) => sum + part.length + self.length, 0));
  return parts.join(self);
}

function parted(runtime: Runtime, self: string, taken: Taken, last: boolean, place: Place): Value {
  const mark = soughtIn(runtime, self, taken, 'sep');
  if (mark === '') refuse('value', 'empty separator', place);
  const at = last ? self.lastIndexOf(mark) : self.indexOf(mark);
  if (at < 0) return last ? tuple(['', '', self]) : tuple([self, '', '']);
  return tuple([self.slice(0, at), mark, self.slice(at + mark.length)]);
}

const titled = (text: string) =>
  text.replace(/\p{L}+/gu, (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase());

const definitions: readonly (readonly [name: string, signature: string, run: (runtime: Runtime) => Run])[] = [
  ['lower', '', () => (self) => self.toLowerCase()],
  ['upper', '', () => (self) => self.toUpperCase()],
  ['casefold', '', () => (self) => self.toLowerCase()],
  ['title', '', () => (self) => titled(self)],
  ['capitalize', '', () => (self) => self.slice(0, 1).toUpperCase() + self.slice(1).toLowerCase()],
  [
    'swapcase',
    '',
    () => (self) =>
      [...self].map((each) => (each === each.toUpperCase() ? each.toLowerCase() : each.toUpperCase())).join(''),
  ],
  ['strip', 'chars=None', () => (self, taken) => stripped(self, taken, true, true)],
  ['lstrip', 'chars=None', () => (self, taken) => stripped(self, taken, true, false)],
  ['rstrip', 'chars=None', () => (self, taken) => stripped(self, taken, false, true)],
  [
    'startswith',
    'prefix, start=None, end=None',
    (runtime) => (self, taken) => affix(runtime, self, taken, (window, part) => window.startsWith(part)),
  ],
  [
    'endswith',
    'prefix, start=None, end=None',
    (runtime) => (self, taken) => affix(runtime, self, taken, (window, part) => window.endsWith(part)),
  ],
  [
    'removeprefix',
    'prefix',
    () => (self, taken) => {
      const part = textArgument(taken, 'prefix');
      return self.startsWith(part) ? self.slice(part.length) : self;
    },
  ],
  [
    'removesuffix',
    'suffix',
    () => (self, taken) => {
      const part = textArgument(taken, 'suffix');
      return part !== '' && self.endsWith(part) ? self.slice(0, -part.length) : self;
    },
  ],
  ['isdigit', '', () => (self) => /^\d+$/.test(self)],
  ['isdecimal', '', () => (self) => /^\d+$/.test(self)],
  ['isnumeric', '', () => (self) => /^\p{N}+$/u.test(self)],
  ['isalpha', '', () => (self) => /^\p{L}+$/u.test(self)],
  ['isalnum', '', () => (self) => /^[\p{L}\p{N}]+$/u.test(self)],
  ['isspace', '', () => (self) => /^\s+$/u.test(self)],
  ['isidentifier', '', () => (self) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(self)],
  ['isupper', '', () => (self) => /\p{Lu}/u.test(self) && self === self.toUpperCase()],
  ['islower', '', () => (self) => /\p{Ll}/u.test(self) && self === self.toLowerCase()],
  ['istitle', '', () => (self) => /\p{L}/u.test(self) && self === titled(self)],
  ['isascii', '', () => (self) => [...self].every((each) => (each.codePointAt(0) ?? 0) < 128)],
  ['split', 'sep=None, maxsplit=-1', (runtime) => (self, taken) => split(runtime, self, taken, false)],
  ['rsplit', 'sep=None, maxsplit=-1', (runtime) => (self, taken) => split(runtime, self, taken, true)],
  [
    'splitlines',
    'keepends=False',
    (runtime) => (self, taken) => {
      const lines = self.match(/[^\n\r]*(?:\r\n|\n|\r)|[^\n\r]+$/g) ?? [];
      runtime.meter.items(lines.length);
      const keep = runtime.truth(taken.get('keepends'), taken.place);
      return list(lines.map((line) => (keep ? line : line.replace(/(?:\r\n|\n|\r)$/, ''))));
    },
  ],
  ['partition', 'sep', (runtime) => (self, taken) => parted(runtime, self, taken, false, taken.place)],
  ['rpartition', 'sep', (runtime) => (self, taken) => parted(runtime, self, taken, true, taken.place)],
  ['join', 'iterable', (runtime) => (self, taken) => joined(runtime, self, taken)],
  ['replace', 'old, new, count=-1', (runtime) => (self, taken) => replaced(runtime, self, taken)],
  [
    'count',
    'sub, start=None, end=None',
    (runtime) => (self, taken) => {
      const { start, end } = bounds(self, taken);
      const part = soughtIn(runtime, self, taken, 'sub');
      if (start > end) return 0n;
      const window = self.slice(start, end);
      return BigInt(part === '' ? window.length + 1 : window.split(part).length - 1);
    },
  ],
  ['find', 'sub, start=None, end=None', (runtime) => (self, taken) => BigInt(found(runtime, self, taken, false))],
  ['rfind', 'sub, start=None, end=None', (runtime) => (self, taken) => BigInt(found(runtime, self, taken, true))],
  [
    'index',
    'sub, start=None, end=None',
    (runtime) => (self, taken) => {
      const at = found(runtime, self, taken, false);
      return at < 0 ? refuse('value', 'substring not found', taken.place) : BigInt(at);
    },
  ],
  [
    'rindex',
    'sub, start=None, end=None',
    (runtime) => (self, taken) => {
      const at = found(runtime, self, taken, true);
      return at < 0 ? refuse('value', 'substring not found', taken.place) : BigInt(at);
    },
  ],
  ['ljust', "width, fillchar=' '", () => (self, taken) => justified(self, taken, (missing) => [0, missing])],
  ['rjust', "width, fillchar=' '", () => (self, taken) => justified(self, taken, (missing) => [missing, 0])],
  [
    'center',
    "width, fillchar=' '",
    () => (self, taken) =>
      justified(self, taken, (missing) => {
        const width = missing + self.length;
        const left = Math.floor(missing / 2) + (missing & width & 1);
        return [left, missing - left];
      }),
  ],
  [
    'zfill',
    'width',
    () => (self, taken) => {
      const width = integer(taken, 'width');
      if (width > 100_000) return refuse('budget', `a string of ${width} characters is too long`, taken.place);
      const sign = /^[+-]/.exec(self)?.[0] ?? '';
      return sign + self.slice(sign.length).padStart(width - sign.length, '0');
    },
  ],
  [
    'expandtabs',
    'tabsize=8',
    (runtime) => (self, taken) => {
      const size = Math.min(Math.max(integer(taken, 'tabsize'), 0), 100);
      let column = 0;
      // Counted before it is built: a tab may become a hundred spaces.
      runtime.meter.characters(self.includes('\t') ? self.length * Math.max(1, size) : 0);
      return [...self]
        .map((each) => {
          if (each !== '\t') {
            column = each === '\n' ? 0 : column + 1;
            return each;
          }
          const width = size === 0 ? 0 : size - (column % size);
          column += width;
          return ' '.repeat(width);
        })
        .join('');
    },
  ],
  ['__len__', '', (runtime) => (self) => BigInt(characterCount(runtime.meter, self))],
  ['__repr__', '', () => (self) => quoted(self)],
  ['__contains__', 'key', (runtime) => (self, taken) => self.includes(soughtIn(runtime, self, taken, 'key'))],
];

/** Methods of str by name. */
export function stringMethods(runtime: Runtime): Map<string, NativeFunction> {
  const methods = new Map<string, NativeFunction>();
  for (const [name, signature, make] of definitions) {
    const run = make(runtime);
    const whole = signature === '' ? 'self, /' : `self, /, ${signature}`;
    const counted = (taken: Taken): Value => {
      const self = textArgument(taken, 'self');
      const result = run(self, taken);
      if (typeof result === 'string') runtime.meter.characters(result.length);
      return result;
    };
    methods.set(name, native(name, whole, counted, { method: true }));
  }
  methods.set(
    'format',
    native(
      'format',
      'self, /, *args, **kwargs',
      (taken) => {
        const args = runtime.iterate(taken.get('args'), taken.place);
        const named = new Map(
          pairsOf(runtime, taken.get('kwargs'), taken.place).map(([key, value]) => [String(key), value]),
        );
        return formatTemplate(runtime, textArgument(taken, 'self'), args, named, taken.place);
      },
      { method: true },
    ),
  );
  methods.set(
    'format_map',
    native(
      'format_map',
      'self, mapping, /',
      (taken) => {
        const named = new Map(
          pairsOf(runtime, taken.get('mapping'), taken.place).map(([key, value]) => [String(key), value]),
        );
        return formatTemplate(runtime, textArgument(taken, 'self'), [], named, taken.place);
      },
      { method: true },
    ),
  );
  return methods;
}
