/** Built-in functions of numbers. */
import { integerArgument } from '../../evaluation/argument-values.ts';
import { findInClass } from '../../evaluation/classes.ts';
import { binary } from '../../evaluation/operators.ts';
import { positional, type Runtime } from '../../evaluation/runtime.ts';
import { indexOf } from '../../evaluation/subscripts.ts';
import { refuse } from '../../reason.ts';
import { tuple } from '../../types/containers.ts';
import { roundInteger, roundToDigits } from '../../types/decimals.ts';
import { chargeWide, modulo, roundHalfEven, wideSteps } from '../../types/integers.ts';
import { typeName } from '../../types/type-name.ts';
import { unknownOf } from '../../types/unknown-value.ts';
import type { Value } from '../../types/values.ts';
import { definer } from './define.ts';

/** `abs`, `round`, `pow`, `divmod`, `hex` and their kin. */
export function defineNumberFunctions(functions: Map<string, Value>, runtime: Runtime): void {
  const define = definer(functions);
  define('abs', 'value', (taken) => {
    const value = taken.get('value');
    const index = indexOf(value);
    if (index !== null) return index < 0n ? -index : index;
    if (typeof value === 'number') return Math.abs(value);
    if (unknownOf(value) !== undefined) return value;
    if (value !== null && typeof value === 'object' && (value.kind === 'instance' || value.kind === 'host')) {
      const own =
        runtime.findAttribute(value, '__abs__', taken.place) ?? runtime.findAttribute(value, 'abs', taken.place);
      if (own !== undefined) return runtime.call(own, positional(), taken.place);
    }
    return refuse('type', `bad operand type for abs(): '${typeName(value)}'`, taken.place);
  });
  define('round', 'value, digits=None', (taken) => {
    const value = taken.get('value');
    const index = indexOf(value);
    if (index !== null) {
      const digits = taken.get('digits') === null ? 0n : integerArgument(runtime, taken.get('digits'), taken.place);
      if (digits < 0n) runtime.meter.steps(wideSteps.product);
      return digits < 0n ? roundInteger(index, -digits) : index;
    }
    if (value !== null && typeof value === 'object' && value.kind === 'instance') {
      const own = findInClass(value.type, '__round__');
      const digits = taken.get('digits');
      if (own !== undefined)
        return runtime.call(own, digits === null ? positional(value) : positional(value, digits), taken.place);
    }
    if (unknownOf(value) !== undefined) return value;
    if (typeof value !== 'number') {
      return refuse('type', `type ${typeName(value)} doesn't define __round__ method`, taken.place);
    }
    if (taken.get('digits') === null) return roundHalfEven(value);
    runtime.meter.steps(wideSteps.product);
    return roundToDigits(value, Number(integerArgument(runtime, taken.get('digits'), taken.place)));
  });
  define('pow', 'base, exp, mod=None', (taken) => {
    const power = taken.get('mod') === null ? null : indexOf(taken.get('mod'));
    if (power === null) return binary(runtime, '**', taken.get('base'), taken.get('exp'), taken.place);
    const [base, exponent] = [indexOf(taken.get('base')), indexOf(taken.get('exp'))];
    if (base === null || exponent === null || exponent < 0n || power === 0n) {
      return refuse('unsupported', 'this pow() with a modulus is not supported', taken.place);
    }
    let result = 1n;
    let square = modulo(base, power);
    for (let rest = exponent; rest > 0n; rest >>= 1n) {
      runtime.meter.step();
      chargeWide(runtime.meter, 3 * wideSteps.product, power);
      if (rest & 1n) result = modulo(result * square, power);
      square = modulo(square * square, power);
    }
    return modulo(result, power);
  });
  define('divmod', 'a, b', (taken) =>
    tuple([
      binary(runtime, '//', taken.get('a'), taken.get('b'), taken.place),
      binary(runtime, '%', taken.get('a'), taken.get('b'), taken.place),
    ]),
  );
  for (const [name, radix, prefix] of [
    ['hex', 16, '0x'],
    ['bin', 2, '0b'],
    ['oct', 8, '0o'],
  ] as const) {
    define(name, 'number', (taken) => {
      const value = integerArgument(runtime, taken.get('number'), taken.place);
      const text = `${value < 0n ? '-' : ''}${prefix}${(value < 0n ? -value : value).toString(radix)}`;
      runtime.meter.characters(text.length);
      return text;
    });
  }
}
