/** Colours and figures for the terminal; plain text where the stream is no terminal or NO_COLOR is set. */
import { sequence } from './terminal-text.ts';

export interface Palette {
  readonly coloured: boolean;
  bold(text: string): string;
  dim(text: string): string;
  /** A shade from cold to warm for a share from 0 to 1. */
  heat(text: string, share: number): string;
}

const shades = [61, 67, 73, 79, 114, 150, 186, 222, 215, 209] as const;

export function palette(stream: { readonly isTTY?: boolean }): Palette {
  const coloured = stream.isTTY === true && process.env.NO_COLOR === undefined && process.env.TERM !== 'dumb';
  const wrap = (code: string, text: string): string =>
    coloured ? `${sequence(`${code}m`)}${text}${sequence('0m')}` : text;
  return {
    coloured,
    bold: (text) => wrap('1', text),
    dim: (text) => wrap('2', text),
    heat(text, share) {
      const index = Math.min(shades.length - 1, Math.max(0, Math.floor(share * shades.length)));
      return wrap(`38;5;${shades[index]}`, text);
    },
  };
}

/** `87.3 %`, or a dash where there is no figure. */
export function percent(share: number | null | undefined, digits = 1): string {
  return share === null || share === undefined ? '-' : `${(share * 100).toFixed(digits)} %`;
}

/** A fitness for people: a share as percent, a loss (negative) as a number. */
export function fitnessText(fitness: number | null | undefined): string {
  if (fitness === null || fitness === undefined) return '-';
  return fitness >= 0 && fitness <= 1 ? percent(fitness) : fitness.toFixed(4);
}

/** `13.3 k`, `1.24 M`: three digits and a unit. */
export function quantity(value: number): string {
  const units = ['', ' k', ' M', ' G', ' T'];
  let scaled = value;
  let unit = 0;
  while (Math.abs(scaled) >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit++;
  }
  const digits = unit === 0 ? 0 : scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(digits)}${units[unit]}`;
}

/** `3 min 07 s`, `12.4 s`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}
