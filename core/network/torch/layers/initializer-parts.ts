/** Parts of a draw that start otherwise: `weight.data[0] = 1`, `bias[n:2 * n].fill_(1)` before anything runs. */
import { type Place, refuse } from '../../../python/reason.ts';
import type { Initializer, InitializerPatch } from '../../ir.ts';

/** Stretches of one part that a draw is kept in. */
const mostStretches = 4096;

export interface AxisRegion {
  readonly start: number;
  readonly length: number;
  readonly step: number;
}

/** The elements of a region as stretches of neighbours, row by row. @throws a reason where they are too many */
function stretchesOf(shape: readonly number[], region: readonly AxisRegion[], place: Place): [number, number][] {
  // Axes from behind that are taken whole belong to one stretch, and the first that is not, where its step is 1.
  let inner = shape.length;
  let run = 1;
  while (inner > 0) {
    const [axis, size] = [region[inner - 1], shape[inner - 1] ?? 1];
    if (axis === undefined || axis.start !== 0 || axis.step !== 1 || axis.length !== size) break;
    run *= size;
    inner--;
  }
  const outer = region.slice(0, inner);
  const last = outer.at(-1);
  const joined = last?.step === 1 ? last.length : 1;
  const loops = last?.step === 1 ? outer.slice(0, -1) : outer;
  const count = loops.reduce((product, { length }) => product * length, 1);
  if (count > mostStretches) return refuse('unsupported', 'so many parts of a parameter are not supported', place);
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const base = last?.step === 1 ? last.start * (steps[inner - 1] ?? 1) : 0;
  return Array.from({ length: count }, (_, index) => {
    let left = index;
    let at = base;
    for (let axis = loops.length - 1; axis >= 0; axis--) {
      const { start, length, step } = loops[axis] ?? { start: 0, length: 1, step: 1 };
      at += (start + (left % length) * step) * (steps[axis] ?? 1);
      left = Math.floor(left / length);
    }
    return [at, run * joined];
  });
}

/** A draw whose region starts as another draw says. */
export function patched(
  initializer: Initializer,
  shape: readonly number[],
  region: readonly AxisRegion[],
  by: Initializer,
  place: Place,
): Initializer {
  let taken = 0;
  const patches = stretchesOf(shape, region, place).map(([start, count]): InitializerPatch => {
    const own = by.kind === 'values' ? { ...by, values: by.values.slice(taken, taken + count) } : by;
    taken += count;
    return { start, count, by: own };
  });
  const before = initializer.kind === 'patched' ? initializer : { of: initializer, patches: [] };
  return { kind: 'patched', of: before.of, patches: [...before.patches, ...patches] };
}
