import { expect, test } from 'vitest';
import { slowness } from '../slowness.ts';
import { draws, measureOn, standsOut } from './measure.ts';
import { createHost, type Operation } from './operations.ts';
import { valueNames } from './values.ts';

const host = createHost();
let slow = slowness();
const measure = measureOn(host, () => slow);

function check(cases: Iterable<readonly [Operation, readonly string[]]>): string[] {
  const found: string[] = [];
  let count = 0;
  for (const [operation, names] of cases) {
    if (count++ % 20_000 === 0) slow = slowness();
    const said = standsOut(measure, operation, names);
    if (said !== null) found.push(said);
  }
  return found;
}

function* single(): Generator<readonly [Operation, readonly string[]]> {
  const draw = draws(7);
  for (const name of valueNames) {
    for (const operation of host.operations) {
      if (operation.arity[0] <= 1 && draw() < 0.4) yield [operation, [name]];
    }
  }
}

function* several(count: number): Generator<readonly [Operation, readonly string[]]> {
  const draw = draws(11);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(draw() * items.length)]!;
  for (let i = 0; i < count; i++) {
    const operation = host.operations[i % host.operations.length]!;
    const length = Math.min(operation.arity[1], 2 + (i % 2));
    yield [operation, Array.from({ length }, () => pick(valueNames))];
  }
}

test('every operation on thirty large values takes no longer than it pays for', { timeout: 600_000 }, () => {
  expect(check(single())).toEqual([]);
});

test('operations on two and three large values take no longer than they pay for', { timeout: 600_000 }, () => {
  expect(check(several(12_000))).toEqual([]);
});
