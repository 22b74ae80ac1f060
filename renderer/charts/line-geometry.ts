/** The geometry of a line chart: round ends of its axes, ticks, the lines through its points. */
import { scaleLinear } from 'd3-scale';

export interface Domain {
  readonly low: number;
  readonly high: number;
}

export type DataPoint = readonly [x: number, y: number];

/** Round ends around some values; a single value stands in the middle of a domain of its own size. */
export function roundDomain(values: readonly number[], wanted = 4): Domain {
  const known = values.filter(Number.isFinite);
  if (known.length === 0) return { low: 0, high: 1 };
  let low = Math.min(...known);
  let high = Math.max(...known);
  if (low === high) {
    const half = Math.abs(low) / 2 || 0.5;
    low -= half;
    high += half;
  }
  const [from = low, to = high] = scaleLinear([low, high], [0, 1]).nice(wanted).domain();
  return { low: from, high: to };
}

/** Round values inside a domain, about as many as wanted. */
export function roundTicks({ low, high }: Domain, wanted = 4): number[] {
  return scaleLinear([low, high], [0, 1]).ticks(wanted);
}

/** Whole numbers inside a domain, at a round stride, about as many as wanted. */
export function wholeTicks({ low, high }: Domain, wanted: number): number[] {
  const span = high - low;
  const least = Math.max(1, span / Math.max(1, wanted));
  // 1, 2, 5, 10, 20, ...; none longer than the domain, so that there is a tick at all.
  let stride = 1;
  for (let step = 1; stride < least; step++) {
    const next = (step % 3 === 2 ? 5 : step % 3 === 1 ? 2 : 1) * 10 ** Math.floor(step / 3);
    if (next > span) break;
    stride = next;
  }
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / stride) * stride; tick <= high + 1e-9; tick += stride) ticks.push(tick);
  return ticks;
}

/** A place of a domain as a coordinate between two others. */
export function between({ low, high }: Domain, value: number, from: number, to: number): number {
  return high === low ? (from + to) / 2 : from + ((value - low) / (high - low)) * (to - from);
}

/** The line through points as a path; a point whose y is not finite leaves a gap. */
export function linePath(points: readonly DataPoint[], toDrawing: (point: DataPoint) => DataPoint): string {
  let path = '';
  let isDrawing = false;
  for (const point of points) {
    if (!Number.isFinite(point[1])) {
      isDrawing = false;
      continue;
    }
    const [x, y] = toDrawing(point);
    path += `${isDrawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    isDrawing = true;
  }
  return path;
}

/** Index of the x nearest to a value; -1 without any. */
export function nearestIndex(xs: readonly number[], value: number): number {
  let nearest = -1;
  for (const [index, x] of xs.entries())
    if (nearest < 0 || Math.abs(x - value) < Math.abs((xs[nearest] ?? 0) - value)) nearest = index;
  return nearest;
}
