/** Processor seconds of another process so far, from Linux's /proc: what it would take on a machine of its own. */
import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const ticksOfSecond = 100;

/** Null where there is no /proc, or no such process. */
export function processorSeconds(pid: number | null): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; user and system time are fields 14 and 15 of the line.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksOfSecond;
  } catch {
    return null;
  }
}
