/** Figures as the app writes them: three significant digits, SI prefixes, percentages with one decimal. */

const minus = '\u2212';
/** Between the thousands of a figure. */
const narrow = '\u202f';
/** Between a figure and its unit, so that they stay on one line. */
const space = '\u00a0';
const none = '\u2013';

function withMinus(text: string): string {
  return text.replace('-', minus);
}

/** `1234567` as `1 234 567`. */
export function whole(value: number): string {
  const digits = Math.abs(Math.round(value)).toString();
  const grouped = digits.length < 5 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, narrow);
  return value < 0 && digits !== '0' ? `${minus}${grouped}` : grouped;
}

/** Three significant digits: `0.0123`, `1.23`, `12.3`, `123`, `12 300`; an exponent beyond a million. */
export function significant(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : value > 0 ? '∞' : `${minus}∞`;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return withMinus(value.toExponential(digits - 1)).replace('e+', 'e');
  const rounded = Number(value.toPrecision(digits));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  return decimals === 0 ? whole(rounded) : withMinus(rounded.toFixed(decimals));
}

const prefixes = ['', 'k', 'M', 'G', 'T', 'P'];

/** Three significant digits with an SI prefix: `2.17 M`, `847 k`, `12`. */
export function si(value: number, unit = ''): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return significant(value);
  if (size < 1000 && Number.isInteger(value)) return `${whole(value)}${unit === '' ? '' : space + unit}`;
  let step = size < 1 ? 0 : Math.min(prefixes.length - 1, Math.floor(Math.log10(size) / 3));
  // 999 999 rounds to 1.00 M, not to 1000 k.
  if (Number((value / 1000 ** step).toPrecision(3)) >= 1000 && step < prefixes.length - 1) step++;
  const suffix = `${prefixes[step] ?? ''}${unit}`;
  return `${significant(value / 1000 ** step)}${suffix === '' ? '' : space + suffix}`;
}

/** A difference with its sign: `+1.02 k`, `−12`. */
export function signedSi(value: number, unit = ''): string {
  return value > 0 ? `+${si(value, unit)}` : si(value, unit);
}

/** Bytes in decimal multiples: `3.32 MB`. */
export function bytes(value: number): string {
  return si(value, 'B');
}

/** A share from 0 to 1: `72.7 %`. */
export function percent(share: number): string {
  return `${withMinus((share * 100).toFixed(1))}${space}%`;
}

/** A difference of shares in percentage points, signed: `+4.3`. */
export function points(difference: number): string {
  const text = (difference * 100).toFixed(1);
  if (Number(text) === 0) return '0.0';
  return Number(text) > 0 ? `+${text}` : withMinus(text);
}

/** Fitness: a share where accuracy is the measure, else (minus the loss) three significant digits. */
export function fitness(value: number, measure: 'accuracy' | 'loss' = value < 0 ? 'loss' : 'accuracy'): string {
  return measure === 'accuracy' && value >= 0 && value <= 1 ? percent(value) : significant(value);
}

/** Seconds: `0.4 s`, `42 s`, `2 min 13 s`, `1 h 05 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return none;
  if (seconds < 9.95) return `${seconds.toFixed(1)}${space}s`;
  const all = Math.round(seconds);
  if (all < 60) return `${all}${space}s`;
  const two = (value: number): string => value.toString().padStart(2, '0');
  if (all < 3600) return `${Math.floor(all / 60)}${space}min ${two(all % 60)}${space}s`;
  const minutes = Math.round(all / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}${space}h ${two(minutes % 60)}${space}min`;
  const hours = Math.round(all / 3600);
  return `${Math.floor(hours / 24)}${space}d ${hours % 24}${space}h`;
}

/** A value that may be missing, which stands as a dash. */
export function orDash<T>(value: T | null | undefined, write: (value: T) => string): string {
  return value === null || value === undefined ? none : write(value);
}

/** `1 network`, `2 networks`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${whole(count)} ${count === 1 ? one : many}`;
}

/** Memory in binary multiples, as systems count it: `186 MiB`, `11.7 GiB`. */
export function memory(value: number): string {
  const mebibytes = value / 2 ** 20;
  if (mebibytes >= 1000) return `${significant(mebibytes / 1024)}${space}GiB`;
  return `${Math.max(1, Math.round(mebibytes))}${space}MiB`;
}
