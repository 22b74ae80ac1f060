/** Counts in a readable unit: 2.2 M, 350 M, 7 B. */
export function shortCount(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toPrecision(3)} B`;
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e3) return `${(value / 1e3).toPrecision(3)} k`;
  return String(value);
}
