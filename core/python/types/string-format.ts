/** `str.format`: fields with attributes, items, conversions and nested specifications. */

import type { Runtime } from '../evaluation/runtime.ts';
import { evaluateSubscript } from '../evaluation/subscripts.ts';
import { type Place, refuse } from '../reason.ts';
import { formatIn } from './formatting.ts';
import type { Value } from './values.ts';

interface Fields {
  readonly args: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  readonly place: Place;
  /** The next number that `{}` takes; -1 once fields are numbered by hand. */
  next: number;
}

/** Fills in a template, counted. @throws a reason of kind value, index or key */
export function formatTemplate(
  runtime: Runtime,
  template: string,
  args: readonly Value[],
  named: ReadonlyMap<string, Value>,
  place: Place,
): string {
  return filled(runtime, template, { args, named, place, next: 0 }, 2);
}

function filled(runtime: Runtime, template: string, fields: Fields, levels: number): string {
  if (levels < 0) refuse('value', 'Max string recursion exceeded', fields.place);
  let text = '';
  for (let i = 0; i < template.length; i++) {
    const character = template[i] ?? '';
    if (character === '{' || character === '}') {
      if (template[i + 1] === character) i++;
      else if (character === '}') {
        refuse('value', "Single '}' encountered in format string", fields.place);
      } else {
        const end = closing(template, i + 1, fields.place);
        text += field(runtime, template.slice(i + 1, end), fields, levels);
        i = end;
        continue;
      }
    }
    text += character;
  }
  runtime.meter.characters(text.length);
  return text;
}

/** Where the field that starts at `from` ends. */
function closing(template: string, from: number, place: Place): number {
  let depth = 1;
  for (let i = from; i < template.length; i++) {
    if (template[i] === '{') depth++;
    else if (template[i] === '}') depth--;
    if (depth === 0) return i;
  }
  return refuse('value', "expected '}' before end of string", place);
}

function field(runtime: Runtime, text: string, fields: Fields, levels: number): string {
  const { place } = fields;
  runtime.meter.steps(2);
  const match = /^([^!:{}[.]*)((?:\.[^!:{}[.]+|\[[^\]]*\])*)(?:!([rsa]))?(?::([\s\S]*))?$/.exec(text);
  if (match === null) return refuse('value', `invalid replacement field {${text.slice(0, 40)}}`, place);
  const [, first = '', path = '', conversion, specification = ''] = match;
  let value = base(runtime, first, fields);
  for (const [step] of path.matchAll(/\.[^.[]+|\[[^\]]*\]/g)) {
    if (step.startsWith('.')) value = runtime.attribute(value, step.slice(1), place);
    else {
      const key = step.slice(1, -1);
      value = evaluateSubscript(runtime, value, /^\d+$/.test(key) && key.length < 16 ? BigInt(key) : key, place);
    }
  }
  if (conversion === 'r' || conversion === 'a') value = runtime.repr(value, place);
  if (conversion === 's') value = runtime.text(value, place);
  const inner = specification.includes('{') ? filled(runtime, specification, fields, levels - 1) : specification;
  return formatIn(runtime, value, inner, place);
}

function base(runtime: Runtime, name: string, fields: Fields): Value {
  const { args, named, place } = fields;
  let index: number;
  if (name === '') {
    if (fields.next < 0) {
      refuse('value', 'cannot switch from manual field specification to automatic field numbering', place);
    }
    index = fields.next++;
  } else if (/^\d+$/.test(name)) {
    if (fields.next > 0) {
      refuse('value', 'cannot switch from automatic field numbering to manual field specification', place);
    }
    fields.next = -1;
    index = Number(name);
  } else {
    const value = named.get(name);
    return value === undefined ? refuse('key', `KeyError: ${runtime.repr(name, place)}`, place) : value;
  }
  return (
    args[index] ??
    (index < args.length
      ? null
      : refuse('index', `Replacement index ${index} out of range for positional args tuple`, place))
  );
}
