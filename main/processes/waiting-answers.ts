/** Questions that were put to a child and are not answered yet, by a key of each. */

export interface WaitingAnswers<K, A> {
  readonly count: number;
  wait(key: K): Promise<A>;
  /** An answer that nobody waits for is passed over. */
  answer(key: K, answer: A): void;
  refuse(key: K, error: unknown): void;
  /** For a child that has ended. */
  refuseAll(error: unknown): void;
}

export function waitingAnswers<K, A>(): WaitingAnswers<K, A> {
  const waiting = new Map<K, { resolve(answer: A): void; reject(error: unknown): void }>();
  function taken(key: K) {
    const one = waiting.get(key);
    waiting.delete(key);
    return one;
  }
  return {
    get count() {
      return waiting.size;
    },
    wait: (key) => new Promise((resolve, reject) => waiting.set(key, { resolve, reject })),
    answer: (key, answer) => taken(key)?.resolve(answer),
    refuse: (key, error) => taken(key)?.reject(error),
    refuseAll(error) {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    },
  };
}
