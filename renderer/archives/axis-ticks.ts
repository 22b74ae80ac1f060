/** Ticks of an archive's axis in real units, and what a place on it means. */
import { scaleLinear } from 'd3-scale';
import type { AxisView } from '../../core/contract/archives.ts';
import { plainFigure, shortFigure } from '../charts/figures.ts';
import { bytes, si } from '../words/numbers.ts';

export interface Tick {
  /** Where on the axis: 0 at its lower end, 1 at its upper end. */
  readonly place: number;
  /** Empty for a minor tick. */
  readonly label: string;
}

/** What lies at a place of the axis, in the measure's own units. */
export function valueAt(axis: AxisView, place: number): number {
  const scaled = axis.min + place * (axis.max - axis.min);
  return axis.scale === 'log10' ? 10 ** scaled : scaled;
}

/** The place of a value on the axis; below 0 or above 1 where it lies outside. */
export function placeOf(axis: AxisView, value: number): number {
  const scaled = axis.scale === 'log10' ? Math.log10(Math.max(value, Number.MIN_VALUE)) : value;
  return (scaled - axis.min) / (axis.max - axis.min);
}

/** A value of an axis as its descriptor writes it. */
function figureOf({ figure, unit }: Pick<AxisView, 'figure' | 'unit'>, value: number): string {
  if (figure === 'bytes') return bytes(value);
  const text = figure === 'si' ? si(value) : plainFigure(value);
  return unit === '' ? text : `${text} ${unit}`;
}

/** What lies at a place, as it reads: the name of the nearest prompt, or a figure. */
export function readingAt(axis: AxisView, place: number): string {
  const value = valueAt(axis, place);
  if (axis.names !== null) {
    const last = axis.names.length - 1;
    return axis.names[Math.max(0, Math.min(last, Math.round(value)))] ?? String(Math.round(value));
  }
  return figureOf(axis, value);
}

function linearTicks(axis: AxisView, wanted: number): Tick[] {
  return scaleLinear([axis.min, axis.max], [0, 1])
    .ticks(wanted)
    .map((value) => ({ place: placeOf(axis, value), label: shortFigure(value) }));
}

/** Every power of ten, named; between them 2 to 9 unnamed, or 2 and 5 named where the axis spans few powers. */
function logTicks(axis: AxisView, wanted: number): Tick[] {
  const ticks: Tick[] = [];
  const span = axis.max - axis.min;
  const stride = Math.max(1, Math.ceil(span / wanted));
  for (let power = Math.floor(axis.min); power <= Math.ceil(axis.max); power++) {
    for (const digit of stride > 1 ? [1] : [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const scaled = power + Math.log10(digit);
      if (scaled < axis.min - 1e-9 || scaled > axis.max + 1e-9) continue;
      const named = digit === 1 ? power % stride === 0 : span < 2 && (digit === 2 || digit === 5);
      ticks.push({ place: (scaled - axis.min) / span, label: named ? shortFigure(digit * 10 ** power) : '' });
    }
  }
  return ticks;
}

/** @param wanted about how many named ticks there is room for; names of prompts are never left out */
export function axisTicks(axis: AxisView, wanted = 6): Tick[] {
  if (axis.names !== null) {
    return axis.names
      .map((label, number) => ({ place: placeOf(axis, number), label }))
      .filter(({ place }) => place >= 0 && place <= 1);
  }
  return axis.scale === 'log10' ? logTicks(axis, wanted) : linearTicks(axis, wanted);
}

/** The axis of raw measures between two of them: what a map shows whose archive does not normalise. */
export function rawAxis(axis: AxisView, min: number, max: number): AxisView {
  return { ...axis, scale: 'linear', min, max, names: null };
}
