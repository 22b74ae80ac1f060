/**
 * How much slower than a laptop this machine computes at the moment, at least 1. Bounds of processor time are promised for a
 * laptop; where two processes share a core, the same work takes up to twice the processor time.
 */

/** Milliseconds that the work below takes on a core of 3 GHz without company. */
const nominal = 25;

/** Allocations and look-ups, as an interpreter makes them. */
function work(): number {
  const started = process.cpuUsage();
  let kept = 0;
  for (let round = 0; round < 60; round++) {
    const table = new Map<string, { readonly value: number }>();
    for (let i = 0; i < 5_000; i++) table.set(`name${i}`, { value: i });
    for (const [name, { value }] of table) if (name.endsWith('7')) kept += value;
  }
  const { user, system } = process.cpuUsage(started);
  return kept > 0 ? (user + system) / 1000 : Number.NaN;
}

/** The median of a few tries, so that one that was disturbed does not widen a bound. */
export function slowness(): number {
  work();
  const tries = Array.from({ length: 5 }, work).sort((a, b) => a - b);
  return Math.max(1, (tries[2] ?? nominal) / nominal);
}
