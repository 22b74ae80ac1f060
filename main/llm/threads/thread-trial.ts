/**
 * How many threads a model runs on, by measuring: single tokens are evaluated on 1, 2, 4, ... threads as long as more of
 * them help. Too many wait for each other (the embedded model wrote 1,300 tokens a second on one and 87 on two), and the
 * trainings want cores too: so the fewest that come near the best.
 */
import * as z from 'zod';

export const threadTrialSchema = z.object({
  /** Cores that are good for arithmetic, as llama.cpp counts them. */
  cores: z.int().min(1),
  speeds: z.array(z.object({ threads: z.int().min(1), tokensPerSecond: z.number().positive() })).min(1),
});

export type ThreadTrial = z.infer<typeof threadTrialSchema>;

/** A token that one thread evaluates in so few seconds is not worth dividing: waking a second thread takes as long. */
const undividedSeconds = 0.002;
/** More threads are measured, or taken, while they are faster by this factor. */
const worthwhile = 1.1;

/**
 * Measures until more threads do not help. `secondsOfToken` gives the shortest time that one token took on so many
 * threads: the shortest is what other work of the machine disturbs least.
 */
export async function runTrial(
  cores: number,
  secondsOfToken: (threads: number) => Promise<number>,
): Promise<ThreadTrial> {
  const speeds: ThreadTrial['speeds'] = [];
  let last = Number.POSITIVE_INFINITY;
  for (let threads = 1; ; threads = Math.min(2 * threads, cores)) {
    const seconds = await secondsOfToken(threads);
    speeds.push({ threads, tokensPerSecond: 1 / seconds });
    if (threads >= cores || seconds < undividedSeconds || last / seconds < worthwhile) return { cores, speeds };
    last = seconds;
  }
}

/** The fewest threads that come near the best; `spared` cores are left to others, down to one thread. */
export function chosenThreads({ cores, speeds }: ThreadTrial, spared: number): number {
  const allowed = speeds.filter(({ threads }) => threads <= Math.max(1, cores - spared));
  const best = Math.max(...allowed.map(({ tokensPerSecond }) => tokensPerSecond));
  const near = allowed.filter(({ tokensPerSecond }) => tokensPerSecond * worthwhile >= best);
  return Math.min(...near.map(({ threads }) => threads));
}

/** One line for a person. */
export function describeTrial(trial: ThreadTrial): string {
  const speeds = trial.speeds.map(
    ({ threads, tokensPerSecond }) =>
      `${threads}: ${Number(tokensPerSecond.toPrecision(3)).toLocaleString('en')} tokens/s`,
  );
  return `${chosenThreads(trial, 0)} of ${trial.cores} cores (measured ${speeds.join(', ')})`;
}
