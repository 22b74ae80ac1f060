/**
 * A finished run with nothing left to do is shown as it ended: nothing is loaded or written, so that it may lie where
 * nothing can be written.
 */
import { join } from 'node:path';
import { fail } from '../../core/failure.ts';
import type { EndableInterpreter } from '../../core/search/ports.ts';
import { runSearch } from '../../core/search/search.ts';
import { nichesFor } from '../centroids/centroids.ts';
import { type Exported, exportNetwork } from '../export/export-network.ts';
import { endedBy, withReadingThread } from '../reading/while-needed.ts';
import { leftOver } from '../run/left-over.ts';
import { promptsOf, type StoredRun, storedRun } from '../run/run.ts';
import { generationsReached } from '../run/summary.ts';
import { endableRunInterpreter } from '../run-interpreter.ts';
import { openRun, type RunStore } from '../store/run-folder.ts';
import { totalSeconds } from '../store/sessions.ts';
import { isTrusted, usualRunsFolder } from '../store/trust.ts';
import type { ResumedSearch, SearchOutcome, SearchRunOptions } from './request.ts';

/** Whether a resumed search would find nothing to do. */
export function isThrough(run: StoredRun): boolean {
  const { done, planned } = generationsReached(run);
  if (run.sessions.at(-1)?.outcome !== 'finished' || done < planned) return false;
  const { setAside, weights } = leftOver(run);
  return setAside.length === 0 && weights.length === 0;
}

/** What the stored steps come to; no part of a search is asked for anything. */
function replayed(run: StoredRun, niches: Awaited<ReturnType<typeof nichesFor>>, options: SearchRunOptions) {
  const never = (): never => fail('run', `The run ${run.folder} is noted as finished, but its last steps are missing.`);
  return runSearch({
    settings: run.settings,
    prompts: promptsOf(run),
    model: { ...run.description.model, generate: never, close: async () => {} },
    interpreter: never,
    trainer: { capacity: 1, train: never, close: async () => {} },
    store: { ...run.store, record: never, replace: never, saveWeights: never, keepWeights: async () => {} },
    niches,
    // Whatever uses all training images has been trained.
    trainingImages: 1,
    // What it told when it ran is not told again.
    onEvent: (event) => {
      if (event.type === 'finished') options.onEvent?.(event);
    },
  });
}

/** The best network's files, written again where that can be. */
async function exportedAgain(
  all: StoredRun,
  network: string,
  interpreter: EndableInterpreter,
): Promise<Exported | null> {
  try {
    return await exportNetwork(all, network, join(all.folder, 'export', 'best'), interpreter, { force: true });
  } catch {
    return null;
  }
}

/** `isOwn`: nothing is written into a run from elsewhere. */
async function ended(run: RunStore, options: SearchRunOptions, isOwn: boolean): Promise<SearchOutcome | null> {
  const all = storedRun(run);
  if (!isThrough(all)) return null;
  const message = `The run ${run.folder} is finished: nothing is left to do. This is how it ended.`;
  options.onEvent?.({ type: 'warning', message });
  const niches = await nichesFor(all.settings, options.signal);
  const summary = await replayed(all, niches, options);
  const best = isOwn ? (summary.best?.network ?? null) : null;
  const exported =
    best === null
      ? null
      : await withReadingThread((thread) =>
          exportedAgain(all, best, endedBy(options.signal, endableRunInterpreter(run.description, thread))),
        );
  return { outcome: 'finished', run: run.folder, summary, seconds: totalSeconds(run.sessions()), exported };
}

/** How the run ended; null where a search has something to do in it, or was asked for other parts. */
export async function finishedBefore(
  { folder, model, dataset, runsFolder }: ResumedSearch,
  options: SearchRunOptions,
): Promise<SearchOutcome | null> {
  if (model !== undefined || dataset !== undefined) return null;
  const run = openRun(folder, { readOnly: true });
  try {
    return await ended(run, options, isTrusted(run, runsFolder ?? usualRunsFolder()));
  } finally {
    await run.close();
  }
}
