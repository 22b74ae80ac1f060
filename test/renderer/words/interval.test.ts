import { describe, expect, it } from 'vitest';
import { wilson } from '../../../renderer/words/interval.ts';

describe("Wilson's interval", () => {
  // SciPy: binomtest(successes, trials).proportion_ci(method='wilson')
  it.each([
    [0, 10, 0, 0.277533],
    [7, 10, 0.396778, 0.892209],
    [10, 10, 0.722467, 1],
    [69, 72, 0.884507, 0.985729],
  ])('of %d in %d is that of SciPy', (successes, trials, low, high) => {
    const interval = wilson(successes, trials);
    expect(interval.low).toBeCloseTo(low, 6);
    expect(interval.high).toBeCloseTo(high, 6);
  });

  it('of no trials says nothing', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });
});
