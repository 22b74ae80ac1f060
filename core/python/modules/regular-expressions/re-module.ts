/** Python's module re: expressions that code generators and block strings use, matched within the bounds of steps. */

import { positional, type Runtime } from '../../evaluation/runtime.ts';
import { native, type Taken } from '../../evaluation/signature.ts';
import { indexOf } from '../../evaluation/subscripts.ts';
import { type Place, refuse } from '../../reason.ts';
import { dict, list, tuple } from '../../types/containers.ts';
import { typeName } from '../../types/type-name.ts';
import type { HostValue, ModuleValue, Value } from '../../types/values.ts';
import { hostModule } from '../host-module.ts';
import { type Found, matcherOf } from './matcher.ts';
import { type Flags, type ParsedPattern, parsePattern } from './pattern.ts';

const flagValues = { IGNORECASE: 2n, MULTILINE: 8n, DOTALL: 16n, VERBOSE: 64n, ASCII: 256n, UNICODE: 32n } as const;

const shortNames = { I: 'IGNORECASE', M: 'MULTILINE', S: 'DOTALL', X: 'VERBOSE', A: 'ASCII', U: 'UNICODE' } as const;

/** A compiled expression. */
interface Expression {
  readonly source: string;
  readonly parsed: ParsedPattern;
}

interface CompiledValue extends HostValue {
  readonly expression: Expression;
}

function isCompiled(value: Value): value is CompiledValue {
  return value !== null && typeof value === 'object' && value.kind === 'host' && 'expression' in value;
}

function text(value: Value, place: Place): string {
  return typeof value === 'string'
    ? value
    : refuse('type', `expected string or bytes-like object, got '${typeName(value)}'`, place);
}

export function reModule(runtime: Runtime): ModuleValue {
  const characters = (value: string) => {
    runtime.meter.work(value.length);
    return [...value];
  };

  function expressionOf(given: Value, flags: Value, place: Place): Expression {
    if (isCompiled(given)) return given.expression;
    const source = text(given, place);
    const bits = indexOf(flags) ?? 0n;
    const has = (name: keyof typeof flagValues) => (bits & flagValues[name]) !== 0n;
    const chosen: Flags = {
      ignoreCase: has('IGNORECASE') || source.startsWith('(?i)'),
      multiline: has('MULTILINE'),
      dotAll: has('DOTALL') || source.startsWith('(?s)'),
      verbose: has('VERBOSE') || source.startsWith('(?x)'),
    };
    runtime.meter.work(16 * source.length);
    return { source, parsed: parsePattern(source.replace(/^\(\?[aimsux]+\)/, ''), chosen) };
  }

  /** A part of a text; every character of it is paid. */
  function cut(letters: readonly string[], start: number, end: number): string {
    runtime.meter.characters(Math.max(0, end - start));
    return letters.slice(start, end).join('');
  }

  function matchOf(found: Found, letters: readonly string[], { parsed }: Expression): HostValue {
    const part = (index: number): Value => {
      const [start, end] = found[index] ?? [-1, -1];
      return start < 0 ? null : cut(letters, start, end);
    };
    const groupAt = (value: Value, place: Place): number => {
      const index = typeof value === 'string' ? parsed.names.get(value) : Number(indexOf(value) ?? -1n);
      return index !== undefined && index >= 0 && index < found.length
        ? index
        : refuse('index', 'no such group', place);
    };
    const end = (name: string, which: 0 | 1) =>
      native(name, 'group=0', ({ get, place }) => BigInt(found[groupAt(get('group'), place)]?.[which] ?? -1));
    const makeMethods = (): Readonly<Record<string, Value>> => ({
      group: native('group', '*groups', ({ get, place }) => {
        const wanted = runtime.iterate(get('groups'), place).map((each) => groupAt(each, place));
        const parts = wanted.map(part);
        return parts.length === 0 ? part(0) : parts.length === 1 ? (parts[0] ?? null) : tuple(parts);
      }),
      groups: native('groups', 'default=None', ({ get }) => {
        runtime.meter.items(found.length);
        return tuple(found.slice(1).map((_, i) => part(i + 1) ?? get('default')));
      }),
      groupdict: native('groupdict', 'default=None', ({ get }) => {
        runtime.meter.items(parsed.names.size);
        return dict([...parsed.names].map(([name, index]) => [name, part(index) ?? get('default')]));
      }),
      start: end('start', 0),
      end: end('end', 1),
      span: native('span', 'group=0', ({ get, place }) => {
        const [from, to] = found[groupAt(get('group'), place)] ?? [-1, -1];
        return tuple([BigInt(from), BigInt(to)]);
      }),
    });
    let methods: Readonly<Record<string, Value>> | null = null;
    return {
      kind: 'host',
      typeName: 're.Match',
      attribute(name) {
        if (name === 'string') return cut(letters, 0, letters.length);
        // Most matches are never asked.
        methods ??= makeMethods();
        return Object.hasOwn(methods, name) ? methods[name] : undefined;
      },
      item: (index, place) => part(groupAt(index, place)),
      truth: () => true,
    };
  }

  function* every(expression: Expression, letters: readonly string[]): Generator<Found> {
    const matcher = matcherOf(expression.parsed, letters, runtime.meter);
    let at = 0;
    // After a match without characters the next one at its place must have some, as in CPython.
    for (let advances = false; ; ) {
      const found = matcher.from(at, advances);
      const [start, end] = found?.[0] ?? [-1, -1];
      if (found === null) return;
      runtime.meter.items(found.length);
      yield found;
      advances = end === start;
      at = end;
    }
  }

  /** What findall gives for a match: it, its only group, or all groups. */
  function listed(found: Found, letters: readonly string[]): Value {
    const parts = found.map(([start, end]): Value => (start < 0 ? '' : cut(letters, start, end)));
    if (parts.length === 1) return parts[0] ?? null;
    return parts.length === 2 ? (parts[1] ?? null) : tuple(parts.slice(1));
  }

  function split(expression: Expression, letters: readonly string[], most: number): Value {
    const parts: Value[] = [];
    let from = 0;
    for (const found of every(expression, letters)) {
      if (most > 0 && parts.length >= most * found.length) break;
      const [start, end] = found[0] ?? [0, 0];
      parts.push(cut(letters, from, start));
      for (const [a, b] of found.slice(1)) parts.push(a < 0 ? null : cut(letters, a, b));
      from = end;
    }
    parts.push(cut(letters, from, letters.length));
    runtime.meter.items(parts.length);
    return list(parts);
  }

  /** A replacement's `\1`, `\g<1>`, `\g<name>` and `\n`. */
  function template(given: string, found: Found, letters: readonly string[], { parsed }: Expression): string {
    runtime.meter.work(4 * given.length);
    const part = (index: number) => cut(letters, ...(found[index] ?? [0, 0]));
    return given.replace(/\\(?:g<(\w+)>|(\d{1,2})|(.))/gs, (_whole, name?: string, digits?: string, other?: string) => {
      if (digits !== undefined) return part(Number(digits));
      if (name !== undefined) return part(parsed.names.get(name) ?? Number(name));
      return other === 'n' ? '\n' : other === 't' ? '\t' : `${other ?? ''}`;
    });
  }

  function substitute(expression: Expression, by: Value, letters: readonly string[], most: number, place: Place) {
    let [result, from, count] = ['', 0, 0];
    for (const found of every(expression, letters)) {
      if (most > 0 && count >= most) break;
      const [start, end] = found[0] ?? [0, 0];
      const put =
        typeof by === 'string'
          ? template(by, found, letters, expression)
          : text(runtime.call(by, positional(matchOf(found, letters, expression)), place), place);
      runtime.meter.characters(put.length);
      result += cut(letters, from, start) + put;
      from = end;
      count++;
    }
    return { text: result + cut(letters, from, letters.length), count };
  }

  const single = (expression: Expression, string: string, how: 'match' | 'fullmatch' | 'search'): Value => {
    const letters = characters(string);
    const matcher = matcherOf(expression.parsed, letters, runtime.meter);
    const found = how === 'search' ? matcher.from(0) : matcher.at(0, how === 'fullmatch');
    return found === null ? null : matchOf(found, letters, expression);
  };

  /** Each function by name: what it takes after the pattern, and what it does. */
  const functions: Readonly<Record<string, readonly [signature: string, run: (e: Expression, t: Taken) => Value]>> = {
    match: ['string', (e, { get, place }) => single(e, text(get('string'), place), 'match')],
    fullmatch: ['string', (e, { get, place }) => single(e, text(get('string'), place), 'fullmatch')],
    search: ['string', (e, { get, place }) => single(e, text(get('string'), place), 'search')],
    findall: [
      'string',
      (e, { get, place }) => {
        const letters = characters(text(get('string'), place));
        return list([...every(e, letters)].map((found) => listed(found, letters)));
      },
    ],
    finditer: [
      'string',
      (e, { get, place }) => {
        const letters = characters(text(get('string'), place));
        return list([...every(e, letters)].map((found) => matchOf(found, letters, e)));
      },
    ],
    split: [
      'string, maxsplit=0',
      (e, { get, place }) => split(e, characters(text(get('string'), place)), Number(indexOf(get('maxsplit')) ?? 0n)),
    ],
    sub: [
      'repl, string, count=0',
      (e, { get, place }) => {
        const letters = characters(text(get('string'), place));
        return substitute(e, get('repl'), letters, Number(indexOf(get('count')) ?? 0n), place).text;
      },
    ],
    subn: [
      'repl, string, count=0',
      (e, { get, place }) => {
        const letters = characters(text(get('string'), place));
        const done = substitute(e, get('repl'), letters, Number(indexOf(get('count')) ?? 0n), place);
        return tuple([done.text, BigInt(done.count)]);
      },
    ],
  };

  function compiled(expression: Expression): CompiledValue {
    return {
      kind: 'host',
      typeName: 're.Pattern',
      expression,
      attribute(name) {
        if (name === 'pattern') return expression.source;
        const found = Object.hasOwn(functions, name) ? functions[name] : undefined;
        return found === undefined ? undefined : native(name, found[0], (taken) => found[1](expression, taken));
      },
    };
  }

  return hostModule('re', [
    ...Object.entries(flagValues),
    ...Object.entries(shortNames).map(([name, whole]): [string, Value] => [name, flagValues[whole]]),
    ...Object.entries(functions).map(([name, [signature, run]]): [string, Value] => [
      name,
      native(name, `pattern, ${signature}, flags=0`, (taken) =>
        run(expressionOf(taken.get('pattern'), taken.get('flags'), taken.place), taken),
      ),
    ]),
    [
      'compile',
      native('compile', 'pattern, flags=0', ({ get, place }) =>
        compiled(expressionOf(get('pattern'), get('flags'), place)),
      ),
    ],
    [
      'escape',
      native('escape', 'pattern', ({ get, place }) => {
        const made = text(get('pattern'), place).replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, '\\$&');
        runtime.meter.characters(made.length);
        return made;
      }),
    ],
    ['error', runtime.builtins.get('ValueError') ?? null],
  ]);
}
