/** a ** b of two tensors, a number of which may be known. */
import { spread } from './fold.ts';
import { apply, expandTo, filledTensor, product2, type Site, tensorOfNumbers } from './operations.ts';
import { fixedShape, knownNumbers } from './tensor.ts';
import type { TensorValue } from './values.ts';
import type { TorchWorld } from './world.ts';

/** Known exponents of more kinds than this are raised by logarithms, of positive bases alone. */
const mostExponents = 16;

/** Whole numbers to whole powers are whole. */
function typeOf(a: TensorValue, b: TensorValue): 'int64' | 'float32' {
  return a.tensor.type === 'float32' || b.tensor.type === 'float32' ? 'float32' : 'int64';
}

/** a ** b, broadcast. */
export function raise(world: TorchWorld, a: TensorValue, b: TensorValue, site: Site): TensorValue {
  const [bases, exponents] = [knownNumbers(world, a), knownNumbers(world, b)];
  if (exponents !== null) {
    const shape = apply(world, 'add', {}, [a, b], site).tensor.shape;
    const sizes = fixedShape(shape);
    if (bases !== null && sizes !== null) {
      world.evaluator.meter.table(3 * sizes.reduce((product, size) => product * size, 1));
      const table = ({ tensor }: TensorValue, data: Float64Array) => ({ shape: fixedShape(tensor.shape) ?? [], data });
      const right = spread(table(b, exponents), sizes);
      const data = spread(table(a, bases), sizes).map((base, i) => base ** (right[i] ?? 0));
      return tensorOfNumbers(world, data, sizes, typeOf(a, b));
    }
    const distinct = [...new Set(exponents)];
    if (distinct.length <= mostExponents) return raisedByPlace(world, a, { b, exponents, distinct }, site);
  }
  const exponent = product2(world, b, apply(world, 'log', {}, [a], site), site);
  return apply(world, 'exp', {}, [exponent], site);
}

/** Each of a few exponents for the whole base, of which every place takes its own: right for bases of any sign. */
function raisedByPlace(
  world: TorchWorld,
  a: TensorValue,
  { b, exponents, distinct }: { b: TensorValue; exponents: Float64Array; distinct: readonly number[] },
  site: Site,
): TensorValue {
  const sizes = fixedShape(b.tensor.shape) ?? [];
  const type = typeOf(a, b);
  const power = (exponent: number) => {
    // Without the derivative of a power below zero, which is infinite where the base is zero.
    if (exponent === 0) return filledTensor(world, 1, a.tensor.shape, type);
    if (exponent === 1) return a;
    // As `x ** 2` is read.
    if (exponent === 2) return apply(world, 'multiply', {}, [a, a], site);
    return world.emit({ operator: 'power', attributes: { exponent }, inputs: [a], type, ...site });
  };
  const [first = 1, ...others] = distinct;
  const { shape } = apply(world, 'add', {}, [a, b], site).tensor;
  return others.reduce(
    (result, exponent) => {
      const here = tensorOfNumbers(
        world,
        exponents.map((each) => Number(each === exponent)),
        sizes,
        'bool',
      );
      return apply(world, 'where', {}, [here, power(exponent), result], site);
    },
    expandTo(world, power(first), shape, site),
  );
}
