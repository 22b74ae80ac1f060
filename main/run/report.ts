/** What a run found, as the command line tells it: for people and for JSON. */
import type { Failure } from '../../core/failure.ts';
import type { PromptFigures } from '../../core/search/prompt-figures.ts';
import type { StageSeconds } from '../store/run-description.ts';
import { type RunStanding, standingOfRun } from '../store/run-state.ts';
import { lastProblem, totalSeconds } from '../store/sessions.ts';
import { type NetworkReport, networkReport, rankedElites } from './networks.ts';
import type { Run } from './run.ts';
import { countsOf, figuresByPrompt, generationsReached, type RunCounts, standingNow } from './summary.ts';

export interface RunReport {
  readonly run: string;
  readonly created: string;
  readonly preset: string | null;
  readonly seed: number;
  readonly strategy: string;
  readonly model: string;
  readonly dataset: string;
  readonly state: RunStanding['state'];
  /** Id of the process that works on it now; null where none does, or which is not known. */
  readonly process: number | null;
  /** Why it failed; null where it did not, or an earlier version did not note it. */
  readonly problem: Failure | null;
  readonly candidates: number;
  /** Generations whose offspring are all inserted, and how many there will be. */
  readonly generations: { readonly done: number; readonly planned: number };
  readonly initial: NetworkReport | null;
  readonly best: NetworkReport | null;
  readonly niches: number;
  readonly filled: number;
  readonly coverage: number;
  readonly qdScore: number;
  readonly promptsFilled: number;
  readonly counts: RunCounts;
  readonly byPrompt: readonly PromptFigures[];
  readonly seconds: StageSeconds;
  /** Best first. */
  readonly elites: readonly NetworkReport[];
}

export function runReport(run: Run): RunReport {
  const { description, settings, sessions, records } = run;
  const { niches, filled, coverage, qdScore, promptsFilled } = standingNow(run);
  const elites = rankedElites(run);
  return {
    run: run.folder,
    created: run.created,
    preset: description.preset,
    seed: description.seed,
    strategy: settings.strategy,
    model: description.model.name,
    dataset: description.dataset.name,
    ...standingOfRun(run.folder, sessions),
    problem: lastProblem(sessions),
    candidates: records.size,
    generations: generationsReached(run),
    initial: networkReport(records.get('initial')),
    best: elites[0] ?? null,
    niches,
    filled,
    coverage,
    qdScore,
    promptsFilled,
    counts: countsOf(run),
    byPrompt: figuresByPrompt(run),
    seconds: totalSeconds(sessions),
    elites,
  };
}
