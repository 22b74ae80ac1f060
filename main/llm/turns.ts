/** Lets so many tasks run at once, in the order in which they came. */
export interface Turns {
  take<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves when none runs and none waits. */
  idle(): Promise<void>;
}

export function turns(limit: () => number): Turns {
  const waiting: (() => void)[] = [];
  const running = new Set<Promise<unknown>>();
  let taken = 0;
  function next(): void {
    while (taken < limit() && waiting.length > 0) {
      taken++;
      waiting.shift()?.();
    }
  }
  async function inTurn<T>(task: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      waiting.push(begin);
      next();
    });
    try {
      return await task();
    } finally {
      taken--;
      next();
    }
  }
  return {
    take(task) {
      const work = inTurn(task);
      const settled = work.catch(() => {}).finally(() => running.delete(settled));
      running.add(settled);
      return work;
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
