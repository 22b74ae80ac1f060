/** A run with everything about it but its candidates: settings, history, counts. */
import type { RunDetail, RunRow } from '../../core/contract/runs.ts';
import { promptsOf, type Run } from '../run/run.ts';
import { countsOf, figuresByPrompt, historyOf } from '../run/summary.ts';

export function detailOfRun(row: RunRow, run: Run): RunDetail {
  const { description, settings, sessions } = run;
  return {
    row,
    // As this version reads them: a run of an earlier one may name a choice otherwise.
    settings,
    model: description.model,
    images: description.dataset,
    device: description.device,
    workers: description.workers,
    threads: description.threads,
    versions: description.versions,
    prompts: promptsOf(run).mutation.map(({ id, text }) => ({ id, text })),
    history: historyOf(run),
    counts: countsOf(run),
    byPrompt: figuresByPrompt(run),
    sessions: sessions.map(({ started, ended, outcome, seconds }) => ({ started, ended, outcome, seconds })),
  };
}
