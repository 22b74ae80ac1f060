/** Collective prompt fitness (section 3.2 of the paper): one running score a prompt. */

/** Scores by prompt id, and what a fitness has to beat. */
export interface PromptScores {
  readonly scores: ReadonlyMap<string, number>;
  /** Best fitness of the last generation alone; the initial network's where that has none; null where neither has. */
  readonly previousBest: number | null;
}

/** The score of a prompt after an offspring: one higher when it beats the previous generation's best. */
export function scoreAfter({ scores, previousBest }: PromptScores, prompt: string, fitness: number): number {
  return (scores.get(prompt) ?? 0) + (fitness > (previousBest ?? Number.NEGATIVE_INFINITY) ? 1 : 0);
}

/** Highest of the fitnesses; null where none was measured. */
export function highest(fitnesses: Iterable<number | null>): number | null {
  let most: number | null = null;
  for (const fitness of fitnesses) if (fitness !== null && (most === null || fitness > most)) most = fitness;
  return most;
}
