/** The hashes of a run's content: what they tell of it, and the digest that stands for just this content. */
import { type ChainCheck, checkChain } from '../chain/check-chain.ts';
import type { RunContent } from './content.ts';

/** Counters of rows follow the last row; one that does not was changed by hand, or a row after it taken out. */
function counterProblems({ counters, steps, sessions }: RunContent): string[] {
  const last = { step: steps.at(-1)?.sequence ?? 0, session: sessions.at(-1)?.id ?? 0 };
  return Object.entries(last).flatMap(([table, number]) => {
    const counter = counters[table] ?? 0;
    return counter === number
      ? []
      : [`The counter of the table ${table} stands at ${counter}; its last row is ${number}.`];
  });
}

/** Null where the description of the run, on which everything hangs, cannot be read. */
export function chainOf(content: RunContent): ChainCheck | null {
  const { run, kept, ...rest } = content;
  if (run === null) return null;
  const check = checkChain({
    ...rest,
    run,
    kept:
      kept === null
        ? null
        : {
            steps: new Map(kept.steps.map(({ sequence, ...hash }) => [sequence, hash])),
            sessions: new Map(kept.sessions.map(({ id, ...hash }) => [id, hash])),
            head: kept.head,
          },
  });
  return { ...check, problems: [...check.problems, ...counterProblems(content)] };
}
