import { expect, test } from 'vitest';
import { slowness } from '../slowness.ts';
import { draws, measureOn, standsOut } from './measure.ts';
import { createHost } from './operations.ts';
import { makeValue, valueNames } from './values.ts';

const host = createHost();
const slow = slowness();
const measure = measureOn(host, () => slow);

test('every value is made within the budget', () => {
  for (const name of valueNames) expect(() => makeValue(host, name), name).not.toThrow();
});

test('the list has what programs can ask for', () => {
  const names = host.operations.map(({ name }) => name);
  for (const each of ['a in b', 'isinstance()', 'list.pop()', 'str.replace()', 'math.gcd()', 'itertools.product()']) {
    expect(names).toContain(each);
  }
  for (const each of ['Tensor.unfold()', 'torch.arange()', 'Module.apply()', 'copy.deepcopy()', 'del a[b:]']) {
    expect(names).toContain(each);
  }
  expect(names.length).toBeGreaterThan(1_000);
});

test('four hundred operations on large values take no longer than they pay for', () => {
  const draw = draws(5);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(draw() * items.length)]!;
  const found: string[] = [];
  for (let i = 0; i < 400; i++) {
    const operation = pick(host.operations);
    const [least, most] = operation.arity;
    const count = least + Math.floor(draw() * (most - least + 1));
    const names = Array.from({ length: count }, () => pick(valueNames));
    const said = standsOut(measure, operation, names);
    if (said !== null) found.push(said);
  }
  expect(found).toEqual([]);
});
