/**
 * Two axes of an archive as a plane of cells. An archive of two axes is drawn as it is; of one with more, the others are
 * looked along: the plane is parted in bins, and each shows the best elite that lies in it.
 */
import { binOf, cellNumber } from '../../core/archive/grid-niches.ts';
import type { AxisView } from '../../core/contract/archives.ts';
import { rawAxis } from './axis-ticks.ts';
import { type Box, boundingBox, type Point, unitBox } from './voronoi.ts';

/** The axes that are drawn to the right and upwards, by their number. */
export type ShownAxes = readonly [x: number, y: number];

/** The axes that are drawn once one of them is chosen anew. */
export function withAxis([x, y]: ShownAxes, which: 'x' | 'y', axis: number): ShownAxes {
  if (which === 'x') return axis === y ? [y, x] : [axis, y];
  return axis === x ? [y, x] : [x, axis];
}

export interface PlanarArchive {
  readonly kind: 'cvt' | 'grid' | 'categorical';
  readonly axes: readonly AxisView[];
  readonly bins: readonly number[] | null;
  readonly centroids: readonly (readonly number[])[];
  readonly normalised: boolean;
}

export interface Plane {
  readonly axes: readonly [AxisView, AxisView];
  /** Middles of the cells; the index is the cell. */
  readonly cells: readonly Point[];
  /** What of the plane is drawn. */
  readonly box: Box;
  /** Whether cells are niches; else each gathers those that differ on the axes not shown. */
  readonly isWhole: boolean;
  /** The cell of an individual. */
  cellOf(individual: { readonly niche: number; readonly place: readonly number[] }): number;
}

interface Placed {
  readonly niche: number;
  readonly place: readonly number[];
  readonly fitness: number;
}

function axisOf(axes: readonly AxisView[], number: number): AxisView {
  const axis = axes[number] ?? axes[0];
  if (axis === undefined) throw new RangeError('An archive has at least two axes.');
  return axis;
}

function shared(archive: PlanarArchive, [x, y]: ShownAxes): Plane {
  const { centroids, kind, bins, normalised } = archive;
  const cells = centroids.map((centroid): Point => [centroid[x] ?? 0, centroid[y] ?? 0]);
  const [xAxis, yAxis] = [axisOf(archive.axes, x), axisOf(archive.axes, y)];
  const cellOf: Plane['cellOf'] = ({ niche }) => niche;
  if (!normalised) {
    const box = boundingBox(cells);
    const axes = [rawAxis(xAxis, box.left, box.right), rawAxis(yAxis, box.low, box.high)] as const;
    return { axes, cells, box, isWhole: true, cellOf };
  }
  if (kind === 'categorical' && x === 0) {
    // A category lies in the middle of its row, so the drawing begins half a row before the first.
    const rows = bins?.[0] ?? 1;
    const box = { ...unitBox, left: -0.5 / rows, right: 1 - 0.5 / rows };
    return { axes: [{ ...xAxis, min: -0.5, max: rows - 0.5 }, yAxis], cells, box, isWhole: true, cellOf };
  }
  return { axes: [xAxis, yAxis], cells, box: unitBox, isWhole: true, cellOf };
}

/** Bins of an axis that is looked at from the side: those of a grid, else about as many as a square of niches has. */
function binsOn({ bins, centroids }: PlanarArchive, axis: number): number {
  return bins?.[axis] ?? Math.min(30, Math.max(5, Math.round(Math.sqrt(centroids.length))));
}

function gathered(archive: PlanarArchive, [x, y]: ShownAxes): Plane {
  const [xAxis, yAxis] = [axisOf(archive.axes, x), axisOf(archive.axes, y)];
  const bins = [binsOn(archive, x), binsOn(archive, y)] as const;
  const cells = Array.from(
    { length: bins[0] * bins[1] },
    (_, cell): Point => [(Math.floor(cell / bins[1]) + 0.5) / bins[0], ((cell % bins[1]) + 0.5) / bins[1]],
  );
  // Raw measures have no ends: what was found has.
  const ends = archive.normalised ? unitBox : boundingBox(archive.centroids.map((c) => [c[x] ?? 0, c[y] ?? 0]));
  const scaled = (place: number, from: number, to: number): number => (place - from) / (to - from);
  return {
    axes: archive.normalised
      ? [xAxis, yAxis]
      : [rawAxis(xAxis, ends.left, ends.right), rawAxis(yAxis, ends.low, ends.high)],
    cells,
    box: unitBox,
    isWhole: false,
    cellOf: ({ place }) =>
      cellNumber(
        [
          binOf(scaled(place[x] ?? 0, ends.left, ends.right), bins[0]),
          binOf(scaled(place[y] ?? 0, ends.low, ends.high), bins[1]),
        ],
        bins,
      ),
  };
}

export function planeOf(archive: PlanarArchive, shown: ShownAxes): Plane {
  return archive.axes.length === 2 && shown[0] !== shown[1] ? shared(archive, shown) : gathered(archive, shown);
}

/** The best elite of each cell, the lowest niche on a tie. */
export function shownElites<E extends Placed>(plane: Plane, elites: readonly E[]): Map<number, E> {
  const best = new Map<number, E>();
  for (const elite of elites) {
    const cell = plane.cellOf(elite);
    const held = best.get(cell);
    if (
      held === undefined ||
      elite.fitness > held.fitness ||
      (elite.fitness === held.fitness && elite.niche < held.niche)
    ) {
      best.set(cell, elite);
    }
  }
  return best;
}
