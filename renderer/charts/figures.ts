/**
 * Figures of charts beyond words/numbers.ts: short ones for ticks, whole ones kept whole, and those that a person types.
 */
import { percent, si, significant } from '../words/numbers.ts';

/** How the fitness of a run is measured (setting fitness.measure): a share of images, or minus the loss. */
export type FitnessMeasure = 'accuracy' | 'loss';

const prefixes = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** A figure with an SI prefix and without zeros behind its point: what stands at a tick. */
export function shortFigure(value: number): string {
  return si(value)
    .replace(/(\.\d*?)0+(?=\D|$)/, '$1')
    .replace(/\.(?=\D|$)/, '');
}

/** A percentage without a zero behind its point: what stands at a tick. */
export function shortPercent(share: number): string {
  return percent(share).replace(/\.0(?=\D)/, '');
}

/** Three significant digits, whole numbers whole: scores, losses, counts. */
export function plainFigure(value: number): string {
  return Math.abs(value) >= 10_000 || Number.isInteger(value) ? si(value) : significant(value);
}

/**
 * Reads what a person types for a limit: `1.5 M`, `64 %`, `0.3`, `-2`; null where it is no figure.
 * A comma is read as a decimal point.
 */
export function readFigure(text: string): number | null {
  const match = /^\s*([-+\u2212]?)(\d+(?:[.,]\d*)?|[.,]\d+)(e[-+]?\d+)?\s*([kKMGTP]?|%)\s*$/.exec(text);
  if (match === null) return null;
  const [, sign = '', digits = '', exponent = '', suffix = ''] = match;
  const size = Number(`${digits.replace(',', '.')}${exponent}`);
  const step = prefixes.findIndex((prefix) => prefix !== '' && prefix.toLowerCase() === suffix.toLowerCase());
  const factor = suffix === '%' ? 0.01 : step < 0 ? 1 : 1000 ** step;
  const value = size * factor * (sign === '-' || sign === '\u2212' ? -1 : 1);
  return Number.isFinite(value) ? value : null;
}
