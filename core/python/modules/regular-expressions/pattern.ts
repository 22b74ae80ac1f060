/** A regular expression of Python's `re` as a tree (the module's page, "Regular Expression Syntax"). */
import { refuse } from '../../reason.ts';

export type Pattern =
  | { readonly kind: 'sequence'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'choice'; readonly options: readonly Pattern[] }
  /** One character for which `has` says yes, after as many questions as its set has members. */
  | { readonly kind: 'character'; readonly has: (character: string) => boolean; readonly members?: number }
  | {
      readonly kind: 'repeat';
      readonly of: Pattern;
      readonly least: number;
      readonly most: number;
      readonly lazy: boolean;
    }
  | { readonly kind: 'group'; readonly index: number; readonly of: Pattern }
  | { readonly kind: 'reference'; readonly index: number }
  | { readonly kind: 'anchor'; readonly at: 'start' | 'end' | 'lineStart' | 'lineEnd' | 'lastEnd' | 'word' | 'notWord' }
  | { readonly kind: 'look'; readonly behind: boolean; readonly negative: boolean; readonly of: Pattern };

export interface ParsedPattern {
  readonly root: Pattern;
  /** Capturing groups, the whole match not counted. */
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly verbose: boolean;
}

const isDigit = (c: string) => /\d/u.test(c);
export const isWord = (c: string) => /[\p{L}\p{N}_]/u.test(c);
const isSpace = (c: string) => /\s/u.test(c);

const classes: Readonly<Record<string, (character: string) => boolean>> = {
  d: isDigit,
  D: (c) => !isDigit(c),
  w: isWord,
  W: (c) => !isWord(c),
  s: isSpace,
  S: (c) => !isSpace(c),
};

const controls: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', a: '\x07' };

/** Deepest nesting of a pattern. */
const deepest = 100;

/** @throws a reason of kind value in the words of re.error */
export function parsePattern(text: string, flags: Flags): ParsedPattern {
  const characters = [...text];
  const names = new Map<string, number>();
  let at = 0;
  let groups = 0;
  let depth = 0;
  const fail = (message: string): never => refuse('value', `error: ${message} at position ${at}`);
  const peek = () => characters[at];
  const take = (expected: string): boolean => {
    if (
      !characters
        .slice(at, at + expected.length)
        .join('')
        .startsWith(expected)
    )
      return false;
    at += expected.length;
    return true;
  };
  const same = (character: string) => {
    const lower = character.toLowerCase();
    return flags.ignoreCase ? (each: string) => each.toLowerCase() === lower : (each: string) => each === character;
  };

  function choice(): Pattern {
    if (++depth > deepest) refuse('budget', `a regular expression nests deeper than ${deepest} levels`);
    const options = [sequence()];
    while (take('|')) options.push(sequence());
    depth--;
    return options.length === 1 && options[0] !== undefined ? options[0] : { kind: 'choice', options };
  }

  function sequence(): Pattern {
    const parts: Pattern[] = [];
    for (let next = peek(); next !== undefined && next !== '|' && next !== ')'; next = peek()) {
      if (flags.verbose && (isSpace(next) || next === '#')) {
        if (next === '#') while (peek() !== undefined && peek() !== '\n') at++;
        else at++;
        continue;
      }
      parts.push(repeated(atom()));
    }
    return { kind: 'sequence', parts };
  }

  function repeated(of: Pattern): Pattern {
    let result = of;
    for (;;) {
      const bounds = quantifier();
      if (bounds === null) return result;
      const lazy = take('?');
      if (!lazy) take('+');
      result = { kind: 'repeat', of: result, ...bounds, lazy };
    }
  }

  function quantifier(): { readonly least: number; readonly most: number } | null {
    if (take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (take('?')) return { least: 0, most: 1 };
    const found = /^\{(\d*)(,?)(\d*)\}/.exec(characters.slice(at, at + 24).join(''));
    if (found === null || (found[1] === '' && found[3] === '')) return null;
    at += found[0].length;
    const [, low = '', comma, high = ''] = found;
    const least = low === '' ? 0 : Number(low);
    const most = comma === '' ? least : high === '' ? Number.POSITIVE_INFINITY : Number(high);
    if (most < least) fail('min repeat greater than max repeat');
    return { least, most };
  }

  function atom(): Pattern {
    const character = characters[at++] ?? '';
    switch (character) {
      case '.':
        return { kind: 'character', has: flags.dotAll ? () => true : (c) => c !== '\n' };
      case '^':
        return { kind: 'anchor', at: flags.multiline ? 'lineStart' : 'start' };
      case '$':
        return { kind: 'anchor', at: flags.multiline ? 'lineEnd' : 'lastEnd' };
      case '[':
        return set();
      case '(':
        return group();
      case '\\':
        return escaped();
      case '*':
      case '+':
      case '?':
        at--;
        return fail('nothing to repeat');
      default:
        return { kind: 'character', has: same(character) };
    }
  }

  function group(): Pattern {
    const closed = (made: Pattern): Pattern => (take(')') ? made : fail('missing ), unterminated subpattern'));
    const capture = (name: string | null): Pattern => {
      const index = ++groups;
      if (name !== null) names.set(name, index);
      return closed({ kind: 'group', index, of: choice() });
    };
    if (!take('?')) return capture(null);
    if (take(':')) return closed(choice());
    for (const [sign, behind, negative] of [
      ['=', false, false],
      ['!', false, true],
      ['<=', true, false],
      ['<!', true, true],
    ] as const) {
      if (take(sign)) return closed({ kind: 'look', behind, negative, of: choice() });
    }
    const word = /^P<(\w+)>/.exec(characters.slice(at, at + 60).join(''));
    if (word !== null) {
      at += word[0].length;
      return capture(word[1] ?? '');
    }
    const reference = /^P=(\w+)\)/.exec(characters.slice(at, at + 60).join(''));
    if (reference !== null) {
      at += reference[0].length;
      return { kind: 'reference', index: names.get(reference[1] ?? '') ?? fail('unknown group name') };
    }
    return fail('unknown extension');
  }

  /** A character after a backslash that stands for itself or for a control character; null for a class. */
  function plain(character: string): string {
    if (character === 'x') {
      const digits = characters.slice(at, at + 2).join('');
      at += 2;
      return String.fromCodePoint(Number.parseInt(digits, 16) || 0);
    }
    return controls[character] ?? character;
  }

  function escaped(): Pattern {
    const character = characters[at++] ?? fail('bad escape (end of pattern)');
    const known = classes[character];
    if (known !== undefined) return { kind: 'character', has: known };
    if (/[1-9]/.test(character)) {
      let digits = character;
      while (/\d/.test(peek() ?? '')) digits += characters[at++];
      return { kind: 'reference', index: Number(digits) };
    }
    const anchors = { A: 'start', Z: 'end', b: 'word', B: 'notWord' } as const;
    if (character === 'A' || character === 'Z' || character === 'b' || character === 'B') {
      return { kind: 'anchor', at: anchors[character] };
    }
    if (/[a-zA-Z]/.test(character) && controls[character] === undefined && character !== 'x') {
      return fail(`bad escape \\${character}`);
    }
    return { kind: 'character', has: same(plain(character)) };
  }

  function set(): Pattern {
    const negative = take('^');
    const tests: ((character: string) => boolean)[] = [];
    for (let first = true; ; first = false) {
      const next = peek() ?? fail('unterminated character set');
      if (next === ']' && !first) break;
      at++;
      const single = member(next);
      if (typeof single !== 'string') {
        tests.push(single);
        continue;
      }
      if (peek() !== '-' || characters[at + 1] === ']' || characters[at + 1] === undefined) {
        tests.push(same(single));
        continue;
      }
      at++;
      const last = member(characters[at++] ?? '');
      if (typeof last !== 'string' || last < single) return fail('bad character range');
      const inside = (c: string) => c >= single && c <= last;
      tests.push(flags.ignoreCase ? (c) => inside(c) || inside(c.toLowerCase()) || inside(c.toUpperCase()) : inside);
    }
    at++;
    const has = (character: string) => tests.some((test) => test(character)) !== negative;
    return { kind: 'character', has, members: tests.length };
  }

  function member(character: string): string | ((character: string) => boolean) {
    if (character !== '\\') return character;
    const after = characters[at++] ?? fail('unterminated character set');
    return classes[after] ?? (after === 'b' ? '\b' : plain(after));
  }

  const root = choice();
  if (at < characters.length) fail('unbalanced parenthesis');
  return { root, groups, names };
}
