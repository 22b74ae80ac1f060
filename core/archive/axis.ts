/** One axis of an archive: from a measure to its place in [0, 1]. */

export interface DescriptorAxis {
  readonly scale: 'linear' | 'log10';
  /** Ends of the axis in scaled units: exponents under log10. */
  readonly min: number;
  readonly max: number;
}

/** Stands for 0, which has no logarithm; far below any axis in use. */
const smallest = 1e-12;

/** Place of `value` on the axis: 0 at min, 1 at max, beyond them outside [0, 1]. Finite for every value from 0 up. */
export function placeOnAxis(axis: DescriptorAxis, value: number): number {
  const scaled = axis.scale === 'log10' ? Math.log10(Math.max(value, smallest)) : value;
  return (scaled - axis.min) / (axis.max - axis.min);
}

/** The measure at a place of the axis; inverse of {@link placeOnAxis}. */
export function valueOnAxis(axis: DescriptorAxis, place: number): number {
  const scaled = axis.min + place * (axis.max - axis.min);
  return axis.scale === 'log10' ? 10 ** scaled : scaled;
}
