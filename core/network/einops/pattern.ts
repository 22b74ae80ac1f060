/** Patterns of einops, `b c (h p) (w q) -> b (h w) (p q c)`: axes in groups before and after the arrow (Rogozhnikov 2022). */
import { type Place, refuse } from '../../python/reason.ts';

/** Axes of one dimension of the tensor, from the outermost; none for a dimension of size 1. */
export type Group = readonly string[];

/** What `...` stands for: all dimensions that are not named. */
export const rest = '...';

export interface EinopsPattern {
  readonly left: readonly Group[];
  readonly right: readonly Group[];
}

function groupsOf(text: string, place: Place): Group[] {
  const groups: Group[] = [];
  let open: string[] | null = null;
  for (const token of text.match(/\.\.\.|[A-Za-z_]\w*|\d+|[()]|\S/g) ?? []) {
    if (token === '(') {
      if (open !== null) fail('brackets inside brackets are not allowed', place);
      open = [];
    } else if (token === ')') {
      groups.push(open ?? fail('brackets are not balanced', place));
      open = null;
    } else {
      if (!/^(\.\.\.|[A-Za-z_]\w*|1)$/.test(token)) fail(`${token} is no axis`, place);
      if (open === null) groups.push(token === '1' ? [] : [token]);
      else if (token !== '1') open.push(token);
    }
  }
  if (open !== null) fail('brackets are not balanced', place);
  const names = groups.flat();
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) fail(`the axis ${name} is there twice`, place);
    seen.add(name);
  }
  return groups;
}

/** einops raises its own exception. */
export function fail(message: string, place: Place): never {
  return refuse('raised', `EinopsError: ${message}`, place);
}

export function parsePattern(text: string, place: Place): EinopsPattern {
  const sides = text.split('->');
  const [left, right] = sides;
  if (sides.length !== 2 || left === undefined || right === undefined) {
    return fail(`a pattern has one arrow: ${text}`, place);
  }
  return { left: groupsOf(left, place), right: groupsOf(right, place) };
}

/** A side without an arrow, as parse_shape and pack take it. */
export function parseSide(text: string, place: Place): readonly Group[] {
  return groupsOf(text, place);
}
