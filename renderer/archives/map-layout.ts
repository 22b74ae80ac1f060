/** Where things stand in the drawing of a map: the plot, its margins, the names at its axes. Sizes in CSS pixels. */
import type { AxisView } from '../../core/contract/archives.ts';
import { axisTicks, type Tick } from './axis-ticks.ts';
import type { Box, Point, VoronoiMap } from './voronoi.ts';

/** About the width of a letter at the size of an axis' text. */
const letter = 5.3;

/** Names of prompts lean, so that they can stand close together and still be read. */
export const lean = 50;
const leanX = Math.cos((lean * Math.PI) / 180);
const leanY = Math.sin((lean * Math.PI) / 180);

/** Below that distance the text of two ticks would touch. */
const closest = 12;

export interface MapLayout {
  readonly left: number;
  readonly top: number;
  /** The plot is a square. */
  readonly side: number;
  readonly width: number;
  readonly height: number;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly isLeaning: boolean;
  /** Middle of the row in which an axis has its title. */
  readonly xTitle: number;
  readonly yTitle: number;
  /** From a place on the map to the drawing, and back. */
  toDrawing(point: Point): Point;
  toMap(x: number, y: number): Point;
}

function widest(ticks: readonly Tick[]): number {
  return Math.max(0, ...ticks.map(({ label }) => label.length)) * letter;
}

/** The same ticks, of their labels only as many as have room. */
function thinned(ticks: readonly Tick[], room: number): Tick[] {
  const stride = Math.max(1, Math.ceil((closest * (ticks.length - 1)) / Math.max(1, room)));
  return ticks.map((tick, index) => (index % stride === 0 ? tick : { ...tick, label: '' }));
}

/**
 * @param box what of the centroids' plane is drawn
 * @param width what there is; the plot is as wide as it allows
 * @param maxSide the largest plot
 */
export function mapLayout(axes: readonly [AxisView, AxisView], box: Box, width: number, maxSide: number): MapLayout {
  const [x, y] = axes;
  const isLeaning = x.names !== null;
  const right = 10;
  const top = 8;
  const yTicks = axisTicks(y, 6);
  let left = Math.ceil(30 + widest(yTicks));
  let side = Math.max(80, Math.min(maxSide, width - left - right));
  let xTicks = axisTicks(x, Math.max(3, Math.round(side / 90)));
  if (isLeaning) {
    // The first names lean out to the left of the plot.
    const reach = Math.max(...xTicks.map(({ place, label }) => label.length * letter * leanX - place * side));
    left = Math.max(left, Math.ceil(reach) + 2);
    side = Math.max(80, Math.min(maxSide, width - left - right));
    xTicks = thinned(xTicks, side * ((xTicks.at(-1)?.place ?? 1) - (xTicks[0]?.place ?? 0)));
  }
  const names = isLeaning ? widest(xTicks) * leanY + 8 : 14;
  const xTitle = top + side + 8 + names + 9;
  return {
    left,
    top,
    side,
    width: left + side + right,
    height: Math.ceil(xTitle + 8),
    xTicks,
    yTicks,
    isLeaning,
    xTitle,
    yTitle: isLeaning ? Math.max(8, left - widest(yTicks) - 22) : 8,
    toDrawing: ([pointX, pointY]) => [
      left + ((pointX - box.left) / (box.right - box.left)) * side,
      top + (1 - (pointY - box.low) / (box.high - box.low)) * side,
    ],
    toMap: (drawnX, drawnY) => [
      box.left + ((drawnX - left) / side) * (box.right - box.left),
      box.low + (1 - (drawnY - top) / side) * (box.high - box.low),
    ],
  };
}

/** Outlines that were drawn before, by map and layout: an archive of thousands of niches is drawn again at every change. */
const outlines = new WeakMap<VoronoiMap, { readonly layout: MapLayout; readonly ofCell: (string | undefined)[] }>();

function outline(corners: readonly Point[], layout: MapLayout): string {
  if (corners.length === 0) return '';
  const drawn = corners.map((corner) => {
    const [x, y] = layout.toDrawing(corner);
    return `${Math.round(x * 100) / 100} ${Math.round(y * 100) / 100}`;
  });
  return `M${drawn.join('L')}Z`;
}

/** Some cells as one path. */
export function pathOfCells(map: VoronoiMap, which: Iterable<number>, layout: MapLayout): string {
  let known = outlines.get(map);
  if (known?.layout !== layout) {
    known = { layout, ofCell: [] };
    outlines.set(map, known);
  }
  let path = '';
  for (const cell of which) {
    known.ofCell[cell] ??= outline(map.cells[cell] ?? [], layout);
    path += known.ofCell[cell];
  }
  return path;
}
