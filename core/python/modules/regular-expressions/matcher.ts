/**
 * Matching a regular expression by backtracking, as Python's `re` does it, with a step of the evaluator for each attempt:
 * an expression that would try for ever ends at the bound.
 */
import type { Meter } from '../../budget.ts';
import { isWord, type ParsedPattern, type Pattern } from './pattern.ts';

/** Where groups lie, the whole match first: start and end, or -1 and -1. */
export type Found = readonly (readonly [start: number, end: number])[];

type Continue = (at: number) => boolean;

/** Finds matches of a pattern in a text, whose places count characters. */
export function matcherOf(pattern: ParsedPattern, text: readonly string[], meter: Meter) {
  const places = new Int32Array(2 * (pattern.groups + 1));

  function anchored(kind: Extract<Pattern, { readonly kind: 'anchor' }>['at'], at: number): boolean {
    const [before, after] = [text[at - 1], text[at]];
    switch (kind) {
      case 'start':
        return at === 0;
      case 'end':
        return at === text.length;
      case 'lastEnd':
        return at === text.length || (at === text.length - 1 && after === '\n');
      case 'lineStart':
        return at === 0 || before === '\n';
      case 'lineEnd':
        return at === text.length || after === '\n';
      default: {
        const border = (before !== undefined && isWord(before)) !== (after !== undefined && isWord(after));
        return border === (kind === 'word');
      }
    }
  }

  function run(part: Pattern, at: number, next: Continue): boolean {
    meter.step();
    switch (part.kind) {
      case 'character': {
        const character = text[at];
        meter.work(part.members ?? 0);
        return character !== undefined && part.has(character) && next(at + 1);
      }
      case 'sequence':
        return sequence(part.parts, 0, at, next);
      case 'choice':
        return part.options.some((option) => run(option, at, next));
      case 'group': {
        const slot = 2 * part.index;
        const [start = -1, end = -1] = places.subarray(slot, slot + 2);
        const done = run(part.of, at, (after) => {
          const [oldStart = -1, oldEnd = -1] = places.subarray(slot, slot + 2);
          places[slot] = at;
          places[slot + 1] = after;
          if (next(after)) return true;
          places[slot] = oldStart;
          places[slot + 1] = oldEnd;
          return false;
        });
        if (!done) {
          places[slot] = start;
          places[slot + 1] = end;
        }
        return done;
      }
      case 'reference': {
        const [start = -1, end = -1] = places.subarray(2 * part.index, 2 * part.index + 2);
        if (start < 0) return false;
        for (let i = 0; i < end - start; i++) {
          meter.step();
          if (text[start + i] !== text[at + i]) return false;
        }
        return next(at + end - start);
      }
      case 'anchor':
        return anchored(part.at, at) && next(at);
      case 'look':
        return look(part, at) !== part.negative && next(at);
      case 'repeat':
        return repeat(part, at, 0, -1, next);
    }
  }

  function sequence(parts: readonly Pattern[], index: number, at: number, next: Continue): boolean {
    const part = parts[index];
    if (part === undefined) return next(at);
    return deeper(() => run(part, at, (after) => sequence(parts, index + 1, after, next)));
  }

  function repeat(
    part: Extract<Pattern, { readonly kind: 'repeat' }>,
    at: number,
    count: number,
    last: number,
    next: Continue,
  ): boolean {
    const more = () =>
      count < part.most &&
      // Nothing matched again and again leads nowhere.
      (at !== last || count < part.least) &&
      deeper(() => run(part.of, at, (after) => repeat(part, after, count + 1, at, next)));
    if (count < part.least) return more();
    return part.lazy ? next(at) || more() : more() || next(at);
  }

  function look(part: Extract<Pattern, { readonly kind: 'look' }>, at: number): boolean {
    if (!part.behind) return run(part.of, at, () => true);
    for (let start = at; start >= 0; start--) if (run(part.of, start, (end) => end === at)) return true;
    return false;
  }

  function deeper(work: () => boolean): boolean {
    meter.enter();
    const done = work();
    meter.leave();
    return done;
  }

  /** The match at a place, null where there is none. */
  function at(start: number, whole: boolean, advances = false): Found | null {
    meter.work(places.length);
    places.fill(-1);
    let end = -1;
    const found = run(pattern.root, start, (after) => {
      end = after;
      return (!whole || after === text.length) && !(advances && after === start);
    });
    if (!found) return null;
    const groups = Array.from({ length: pattern.groups }, (_, i): [number, number] => [
      places[2 * i + 2] ?? -1,
      places[2 * i + 3] ?? -1,
    ]);
    return [[start, end], ...groups];
  }

  return {
    at,
    /** The first match from a place on; at that place itself none without characters, where `advances` says so. */
    from(start: number, advances = false): Found | null {
      for (let place = start; place <= text.length; place++) {
        const found = at(place, false, advances && place === start);
        if (found !== null) return found;
      }
      return null;
    },
  };
}
