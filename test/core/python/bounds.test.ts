import { describe, expect, test } from 'vitest';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { boundsPrograms } from './bounds-programs.ts';
import { slowness } from './slowness.ts';

/** A fraction of the steps, so that the quick tier ends soon: what is not counted runs just as long. */
const interpret = await loadInterpreter({ budget: { steps: 8_000 } });

/** A verdict with the processor time of this thread: what others collect or compile is not its own. */
function timed(text: string) {
  const before = process.threadCpuUsage();
  const result = interpret(text);
  const { user, system } = process.threadCpuUsage(before);
  return { result, milliseconds: (user + system) / 1000 };
}

const longest = 200 * slowness();

describe.each([
  'numbers',
  'texts',
  'formatting',
  'lists',
  'tuples-and-types',
  'dicts-and-sets',
  'iterators',
  'expressions',
])('of %s', (kind) => check(kind));
describe.each(['calls-and-classes', 'tensors', 'layers', 'text'])('of %s', (kind) => check(kind));

function check(kind: string): void {
  const programs = boundsPrograms().filter((each) => each.kind === kind);
  test.each(programs)('$name: the verdict is $verdict, soon', ({ text, verdict }) => {
    const first = timed(text);
    let { milliseconds } = first;
    const { result } = first;
    expect(result.ok ? 'ok' : result.reason.kind).toBe(verdict);
    // Other work on the machine makes processor time longer, never shorter.
    for (let again = 0; again < 3 && milliseconds >= longest; again++) {
      milliseconds = Math.min(milliseconds, timed(text).milliseconds);
    }
    expect(milliseconds).toBeLessThan(longest);
  });
}

test('there are programs of every kind', () => {
  const kinds = new Set(boundsPrograms().map(({ kind }) => kind));
  expect(kinds.size).toBe(12);
  expect(boundsPrograms().length).toBeGreaterThan(300);
});
