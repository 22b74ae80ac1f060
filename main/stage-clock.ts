/** Seconds by stage: information about where the time goes, never the ground of a decision. */

export interface StageClock {
  /** Adds the seconds until the promise settles; work that overlaps counts for each. */
  measure<T>(stage: string, work: () => Promise<T>): Promise<T>;
  /** Sums so far, and `total`: wall clock since the start. */
  seconds(): Record<string, number>;
}

export function stageClock(now: () => number = () => performance.now()): StageClock {
  const started = now();
  const spent: Record<string, number> = {};
  const add = (stage: string, from: number): void => {
    spent[stage] = (spent[stage] ?? 0) + (now() - from) / 1000;
  };
  return {
    async measure(stage, work) {
      const from = now();
      try {
        return await work();
      } finally {
        add(stage, from);
      }
    },
    seconds: () => ({ ...spent, total: (now() - started) / 1000 }),
  };
}
