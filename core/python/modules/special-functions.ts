/** The error function and the gamma function in double precision, as Python's math has them. */

const tiny = 1e-300;

/**
 * erf(x) = 2 / sqrt(pi) * exp(-x^2) * (x + 2 x^3 / 3 + 4 x^5 / 15 + ...) near 0 (Abramowitz and Stegun 7.1.6), and 1 minus
 * the continued fraction of erfc beyond (7.1.14), by Lentz's method.
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const far = Math.abs(x);
  if (far >= 2.5) return Math.sign(x) * (1 - erfcFar(far));
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** 1 - erf(x), without the cancellation. */
export function erfc(x: number): number {
  return x >= 2.5 ? erfcFar(x) : 1 - erf(x);
}

function erfcFar(x: number): number {
  if (x > 27) return 0;
  // sqrt(pi) exp(x^2) erfc(x) = 1 / (x + (1/2) / (x + 1 / (x + (3/2) / (x + ...))))
  let value = x;
  let c = x;
  let d = 0;
  for (let n = 1; n < 300; n++) {
    const numerator = n / 2;
    d = 1 / (x + numerator * d || tiny);
    c = x + numerator / c || tiny;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * value);
}

/** The x with erf(x) = y, for -1 < y < 1: Winitzki's guess, then Newton's method. */
export function erfinv(y: number): number {
  if (!(y > -1 && y < 1)) return Math.abs(y) === 1 ? y * Number.POSITIVE_INFINITY : Number.NaN;
  if (y === 0) return 0;
  const log = Math.log(1 - y * y);
  const a = 2 / (Math.PI * 0.147) + log / 2;
  let x = Math.sign(y) * Math.sqrt(Math.sqrt(a * a - log / 0.147) - a);
  for (let i = 0; i < 4; i++) x -= ((erf(x) - y) * Math.sqrt(Math.PI)) / (2 * Math.exp(-x * x));
  return x;
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Lanczos's approximation with g = 7. */
export function gamma(x: number): number {
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
  const shifted = x - 1;
  const t = shifted + 7.5;
  const sum = lanczos.reduce((total, value, i) => (i === 0 ? value : total + value / (shifted + i)), 0);
  return Math.sqrt(2 * Math.PI) * t ** (shifted + 0.5) * Math.exp(-t) * sum;
}

/** The logarithm of |gamma(x)|. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  const shifted = x - 1;
  const t = shifted + 7.5;
  const sum = lanczos.reduce((total, value, i) => (i === 0 ? value : total + value / (shifted + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}
