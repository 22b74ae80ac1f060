/**
 * How figures read everywhere in the page: three significant digits, SI prefixes for FLOPs and parameters, percentages
 * with one decimal, seconds in the unit that a person would say. A narrow no-break space stands before a unit.
 */

/** How the fitness of a run is measured (setting fitness.measure): a share of images, or minus the loss. */
export type FitnessMeasure = 'accuracy' | 'loss';

const gap = '\u202f';
const minus = '\u2212';
const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/** The figure without its sign, to three significant digits; whole numbers below 1000 stay whole. */
function threeDigits(magnitude: number): string {
  if (Number.isInteger(magnitude) && magnitude < 1000) return String(magnitude);
  if (magnitude >= 100) return magnitude.toFixed(0);
  if (magnitude >= 10) return magnitude.toFixed(1);
  if (magnitude >= 1) return magnitude.toFixed(2);
  return magnitude >= 0.001 ? magnitude.toPrecision(3) : magnitude.toExponential(2);
}

/** A figure to three significant digits, with an SI prefix from a thousand up: `1.23 M`, `640`, `0.0312`. */
export function siFigure(value: number, unit = ''): string {
  if (!Number.isFinite(value)) return String(value);
  const sign = value < 0 ? minus : '';
  const magnitude = Math.abs(value);
  let step = magnitude < 1000 ? 0 : Math.min(prefixes.length - 1, Math.floor(Math.log10(magnitude) / 3));
  // 999.6 k reads 1.00 M.
  if (magnitude / 1000 ** step >= 999.5 && step < prefixes.length - 1 && magnitude >= 999.5) step++;
  const scaled = magnitude / 1000 ** step;
  const digits = step === 0 ? threeDigits(scaled) : scaled >= 100 ? scaled.toFixed(0) : scaled.toPrecision(3);
  const suffix = `${prefixes[step] ?? ''}${unit}`;
  return `${sign}${digits}${suffix === '' ? '' : `${gap}${suffix}`}`;
}

/** As {@link siFigure}, but without zeros behind the point: what stands at a tick. */
export function shortFigure(value: number): string {
  return siFigure(value)
    .replace(/(\.\d*?)0+(?=\D|$)/, '$1')
    .replace(/\.(?=\D|$)/, '');
}

/** Three significant digits without a prefix, for scores and losses: `2.30`, `12.4`. */
export function plainFigure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 10_000) return siFigure(value);
  return `${value < 0 ? minus : ''}${threeDigits(magnitude)}`;
}

/** A share from 0 to 1 as a percentage with one decimal. */
export function percent(share: number): string {
  return `${share < 0 ? minus : ''}${(Math.abs(share) * 100).toFixed(1)}${gap}%`;
}

/** Fitness as its measure reads: accuracy as a percentage, loss as a figure. */
export function fitnessFigure(fitness: number, measure: FitnessMeasure): string {
  return measure === 'accuracy' ? percent(fitness) : plainFigure(fitness);
}

/** Seconds as `0.42 s`, `58.4 s`, `3 min 12 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)}${gap}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)}${gap}min ${whole % 60}${gap}s`;
  return `${Math.floor(whole / 3600)}${gap}h ${Math.floor((whole % 3600) / 60)}${gap}min`;
}

/**
 * Reads what a person types for a limit: `1.5 M`, `64 %`, `0.3`, `-2`; null where it is no figure.
 * A comma is read as a decimal point.
 */
export function readFigure(text: string): number | null {
  const match = /^\s*([-+\u2212]?)(\d+(?:[.,]\d*)?|[.,]\d+)(e[-+]?\d+)?\s*([kKMGTPE]?|%)\s*$/.exec(text);
  if (match === null) return null;
  const [, sign = '', digits = '', exponent = '', suffix = ''] = match;
  const size = Number(`${digits.replace(',', '.')}${exponent}`);
  const step = prefixes.findIndex((prefix) => prefix !== '' && prefix.toLowerCase() === suffix.toLowerCase());
  const factor = suffix === '%' ? 0.01 : step < 0 ? 1 : 1000 ** step;
  const value = size * factor * (sign === '-' || sign === minus ? -1 : 1);
  return Number.isFinite(value) ? value : null;
}
