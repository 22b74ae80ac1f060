/** Colours of a map: perceptually uniform scales that colour-blind people read, in limits that can be set. */
import { interpolateCividis, interpolateViridis } from 'd3-scale-chromatic';

export type ColourScheme = 'viridis' | 'cividis';

export interface Limits {
  readonly low: number;
  readonly high: number;
}

/** Shades of a scale: cells of the same shade are drawn as one path. */
const shades = 64;

/** The ends of a scale are left out: they vanish on the dark and on the light surface. */
const firstShare = 0.09;
const lastShare = 0.97;

const schemes = { viridis: interpolateViridis, cividis: interpolateCividis };

/** Colour of a place from 0 to 1 on the scale. */
export function colourAt(scheme: ColourScheme, place: number): string {
  const shade = Math.round(Math.min(1, Math.max(0, place)) * (shades - 1)) / (shades - 1);
  return schemes[scheme](firstShare + shade * (lastShare - firstShare));
}

/** Where a value lies between the limits, 0 to 1; the middle where they coincide. */
export function placeInLimits(value: number, { low, high }: Limits, scale: 'linear' | 'log10'): number {
  const scaled = (each: number): number => (scale === 'log10' ? Math.log10(Math.max(each, Number.MIN_VALUE)) : each);
  const span = scaled(high) - scaled(low);
  if (!(span > 0)) return 0.5;
  return Math.min(1, Math.max(0, (scaled(value) - scaled(low)) / span));
}

/** From the smallest to the largest; null without values. */
export function limitsOf(values: Iterable<number>): Limits | null {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? null : { low, high };
}
