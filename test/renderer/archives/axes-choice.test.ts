// Which two of several axes are drawn: two different ones, whatever is chosen.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withAxis } from '../../../renderer/archives/plane.ts';

test('an axis that is chosen is drawn, beside another one', () => {
  const axis = fc.nat(6);
  fc.assert(
    fc.property(fc.tuple(axis, axis), fc.constantFrom('x' as const, 'y' as const), axis, ([x, y], which, chosen) => {
      fc.pre(x !== y);
      const shown = withAxis([x, y], which, chosen);
      expect(shown[which === 'x' ? 0 : 1]).toBe(chosen);
      expect(shown[0]).not.toBe(shown[1]);
    }),
  );
});
