/** Binding arguments to parameters as Python does, with Python's messages; signatures of native functions as text. */

import { type Place, refuse } from '../reason.ts';
import { dict, tuple } from '../types/containers.ts';
import type { Arguments, NativeFunction, Value } from '../types/values.ts';

export interface SignatureParameter {
  readonly name: string;
  readonly kind: 'positional' | 'positional-only' | 'keyword' | 'star' | 'double-star';
  readonly hasDefault: boolean;
  /** Of a star: may be given whole by its name too, as PyTorch takes sizes: `zeros(size=(2, 3))`. */
  readonly named?: boolean;
}

/** Values by parameter name; parameters left at their default are absent. */
export type Bound = Map<string, Value>;

/**
 * Binds arguments. `*args` becomes a tuple, `**kwargs` a dict.
 * @throws a reason of kind type, in the words of Python's TypeError
 */
export function bindArguments(
  name: string,
  parameters: readonly SignatureParameter[],
  given: Arguments,
  place: Place,
): Bound {
  const bound: Bound = new Map();
  const slots = parameters.filter(
    (parameter) => parameter.kind === 'positional' || parameter.kind === 'positional-only',
  );
  const star = parameters.find((parameter) => parameter.kind === 'star');
  const doubleStar = parameters.find((parameter) => parameter.kind === 'double-star');
  const count = Math.min(given.positional.length, slots.length);
  for (let i = 0; i < count; i++) {
    const slot = slots[i];
    const value = given.positional[i];
    if (slot !== undefined && value !== undefined) bound.set(slot.name, value);
  }
  if (star !== undefined) bound.set(star.name, tuple(given.positional.slice(slots.length)));
  else if (given.positional.length > slots.length) {
    const required = slots.filter((slot) => !slot.hasDefault).length;
    const range = required === slots.length ? `${required}` : `from ${required} to ${slots.length}`;
    const plural = slots.length === 1 ? '' : 's';
    const were = given.positional.length === 1 ? 'was' : 'were';
    refuse(
      'type',
      `${name}() takes ${range} positional argument${plural} but ${given.positional.length} ${were} given`,
      place,
    );
  }
  const extra: [Value, Value][] = [];
  const byName = given.keywords.size > 8 ? new Map(parameters.map((each) => [each.name, each])) : null;
  for (const [key, value] of given.keywords) {
    const parameter = byName === null ? parameters.find((each) => each.name === key) : byName.get(key);
    const nameable = parameter !== undefined && (parameter.kind === 'positional' || parameter.kind === 'keyword');
    if (parameter?.named === true && given.positional.length <= slots.length) {
      bound.set(key, tuple([value]));
      continue;
    }
    if (!nameable) {
      if (doubleStar === undefined) refuse('type', `${name}() got an unexpected keyword argument '${key}'`, place);
      extra.push([key, value]);
      continue;
    }
    if (bound.has(key)) refuse('type', `${name}() got multiple values for argument '${key}'`, place);
    bound.set(key, value);
  }
  if (doubleStar !== undefined) bound.set(doubleStar.name, dict(extra));
  const missing = parameters.filter(
    (parameter) =>
      !parameter.hasDefault &&
      !bound.has(parameter.name) &&
      parameter.kind !== 'star' &&
      parameter.kind !== 'double-star',
  );
  if (missing.length > 0) {
    const kind = missing.every((parameter) => parameter.kind === 'keyword') ? 'keyword-only' : 'positional';
    const names = missing.map((parameter) => `'${parameter.name}'`);
    const listed = names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
    const plural = names.length === 1 ? '' : 's';
    refuse('type', `${name}() missing ${names.length} required ${kind} argument${plural}: ${listed}`, place);
  }
  return bound;
}

interface NativeSignature {
  readonly parameters: readonly SignatureParameter[];
  readonly defaults: ReadonlyMap<string, Value>;
}

function literal(text: string): Value {
  if (text === 'None') return null;
  if (text === 'True') return true;
  if (text === 'False') return false;
  if (/^-?\d+$/.test(text)) return BigInt(text);
  if (/^'.*'$/.test(text)) return text.slice(1, -1);
  const number = Number(text);
  if (Number.isNaN(number)) throw new Error(`A native signature has the default ${text}, which is no plain literal.`);
  return number;
}

/** Names of star parameters that PyTorch takes as one argument as well. */
const sizes: ReadonlySet<string> = new Set(['size', 'sizes', 'dims', 'repeats']);

/** Reads `in_channels, out_channels, stride=1, *, padding_mode='zeros', **kwargs`. */
function parseSignature(text: string): NativeSignature {
  const parameters: SignatureParameter[] = [];
  const defaults = new Map<string, Value>();
  let kind: 'positional' | 'keyword' = 'positional';
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === '') continue;
    if (part === '*') kind = 'keyword';
    else if (part === '/') {
      parameters.forEach((parameter, index) => {
        parameters[index] = { ...parameter, kind: 'positional-only' };
      });
    } else if (part.startsWith('**')) parameters.push({ name: part.slice(2), kind: 'double-star', hasDefault: false });
    else if (part.startsWith('*')) {
      const name = part.slice(1);
      parameters.push({ name, kind: 'star', hasDefault: false, named: sizes.has(name) });
      kind = 'keyword';
    } else {
      const [name = '', value] = part.split('=');
      parameters.push({ name, kind, hasDefault: value !== undefined });
      if (value !== undefined) defaults.set(name, literal(value));
    }
  }
  return { parameters, defaults };
}

/** Arguments of a native call by parameter name, defaults filled in. */
export interface Taken {
  readonly place: Place;
  /** The value of a parameter; the name must be one of the signature's. */
  get(name: string): Value;
  /** Whether the call gave it. */
  has(name: string): boolean;
}

/** What a native function is besides what it does. */
export interface NativeOptions {
  /** It takes `self` when found on a class. */
  readonly method?: boolean;
  /** See {@link NativeFunction.counted}. */
  readonly counted?: boolean;
}

/** Takes arguments by a Python signature. */
export function takingBy(name: string, signature: string): (given: Arguments, place: Place) => Taken {
  const { parameters, defaults } = parseSignature(signature);
  return (given, place) => {
    const bound = bindArguments(name, parameters, given, place);
    return {
      place,
      get(parameter) {
        const value = bound.get(parameter);
        if (value !== undefined) return value;
        const fallback = defaults.get(parameter);
        if (fallback === undefined) throw new Error(`${name} has no parameter ${parameter}.`);
        return fallback;
      },
      has: (parameter) => bound.has(parameter),
    };
  };
}

/** A native function with a Python signature. */
export function native(
  name: string,
  signature: string,
  run: (taken: Taken) => Value,
  { method = false, counted = false }: NativeOptions = {},
): NativeFunction {
  const take = takingBy(name, signature);
  return { kind: 'native', name, method, counted, run: (given, place) => run(take(given, place)) };
}
