/**
 * json as far as it only says something: `loads` of a text. What reads or writes files is not here. The text is taken apart
 * by hand, because JSON.parse loses the order of keys that look like numbers, and tells 1.0 from 1 no more.
 */
import { positional, type Runtime } from '../evaluation/runtime.ts';
import { native } from '../evaluation/signature.ts';
import { type Place, refuse } from '../reason.ts';
import { dict, list, tuple } from '../types/containers.ts';
import { typeName } from '../types/type-name.ts';
import { unknownOf } from '../types/unknown-value.ts';
import type { Value } from '../types/values.ts';

const token = /[\s]*(?:([[\]{},:])|("(?:[^"\\]|\\.)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(\w+|-Infinity))/y;

/** Depth of lists and objects in each other: Python's own limit is near a thousand. */
const deepest = 500;

const words: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** Calls `objects` for each object, with its pairs. @throws a reason of kind value, as json.JSONDecodeError is one */
function parse(runtime: Runtime, text: string, objects: (pairs: [string, Value][]) => Value, place: Place): Value {
  token.lastIndex = 0;
  const wrong = (what: string): never => refuse('value', `JSONDecodeError: ${what}`, place);
  let at = 0;
  const next = () => {
    runtime.meter.step();
    token.lastIndex = at;
    const found = token.exec(text);
    if (found === null) return wrong(`Expecting value: char ${at}`);
    at = token.lastIndex;
    const [, sign = '', string, number, word] = found;
    return { sign, string, number, word };
  };
  /** Items up to the closing sign, after the opening one. */
  const items = (close: string, one: (first: ReturnType<typeof next>) => void): void => {
    let first = next();
    if (first.sign === close) return;
    for (;;) {
      runtime.meter.items(1);
      one(first);
      const { sign } = next();
      if (sign === close) return;
      if (sign !== ',') wrong(`Expecting ',' delimiter: char ${at}`);
      first = next();
    }
  };
  const textOf = (written: string | undefined): string => {
    if (written === undefined) return wrong(`Expecting property name enclosed in double quotes: char ${at}`);
    try {
      return String(JSON.parse(written));
    } catch {
      return wrong(`Invalid control character or \\escape: char ${at}`);
    }
  };
  const value = ({ sign, string, number, word }: ReturnType<typeof next>, depth: number): Value => {
    if (depth > deepest) return refuse('budget', 'the JSON text nests too deeply', place);
    if (string !== undefined) return textOf(string);
    if (number !== undefined) return /[.eE]/.test(number) ? Number(number) : BigInt(number);
    if (word !== undefined) {
      const known = words.get(word);
      return known === undefined ? wrong(`Expecting value: char ${at}`) : known;
    }
    if (sign === '[') {
      const made: Value[] = [];
      items(']', (first) => made.push(value(first, depth + 1)));
      return list(made);
    }
    if (sign !== '{') return wrong(`Expecting value: char ${at}`);
    const pairs: [string, Value][] = [];
    items('}', (first) => {
      const key = textOf(first.string);
      if (next().sign !== ':') wrong(`Expecting ':' delimiter: char ${at}`);
      pairs.push([key, value(next(), depth + 1)]);
    });
    return objects(pairs);
  };
  const whole = value(next(), 0);
  if (text.slice(at).trim() !== '') wrong(`Extra data: char ${at}`);
  return whole;
}

/** json.loads. */
export function jsonNames(runtime: Runtime): [string, Value][] {
  const loads = native('loads', 's, *, object_hook=None, object_pairs_hook=None', ({ get, place }) => {
    const text = get('s');
    unknownOf(text)?.(place);
    if (typeof text !== 'string') {
      return refuse('type', `the JSON object must be str, bytes or bytearray, not ${typeName(text)}`, place);
    }
    runtime.meter.work(text.length);
    const [hook, pairsHook] = [get('object_hook'), get('object_pairs_hook')];
    return parse(
      runtime,
      text,
      (pairs) => {
        if (pairsHook !== null)
          return runtime.call(pairsHook, positional(list(pairs.map((pair) => tuple(pair)))), place);
        return hook === null ? dict(pairs) : runtime.call(hook, positional(dict(pairs)), place);
      },
      place,
    );
  });
  return [['loads', loads]];
}
