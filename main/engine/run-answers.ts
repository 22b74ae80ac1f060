/** The answers to the calls on runs. */
import { join } from 'node:path';
import type { RunRow } from '../../core/contract/runs.ts';
import { fail } from '../../core/failure.ts';
import { archiveSpaceFor } from '../centroids/archive-space.ts';
import { exportNetwork, folderName } from '../export/export-network.ts';
import type { ReadingThread } from '../reading/reading-thread.ts';
import { endedBy } from '../reading/while-needed.ts';
import { detailOfCandidate } from '../run/candidates.ts';
import { promptsOf, storedRun } from '../run/run.ts';
import { standingNow } from '../run/summary.ts';
import { endableRunInterpreter } from '../run-interpreter.ts';
import { withStore } from '../store/run-folder.ts';
import { isTrusted, trustRun } from '../store/trust.ts';
import type { AnswersTo } from './answers.ts';
import { archivesOfRun } from './archive-views.ts';
import { abortSignalOf } from './call-signal.ts';
import { candidatePage } from './candidate-pages.ts';
import type { LiveSearch } from './live-search.ts';
import { differenceOfCandidates, sourceOfCandidate } from './network-views.ts';
import { landsIn } from './places/real-place.ts';
import type { RunCatalogue } from './run-catalogue.ts';
import { detailOfRun } from './run-detail.ts';
import type { RunShelf } from './run-shelf.ts';
import type { ToldRuns } from './told-runs.ts';
import { verifyRunFolder } from './verification/verification.ts';

interface RunAnswersOptions {
  readonly catalogue: RunCatalogue;
  readonly shelf: RunShelf;
  readonly runs: ToldRuns;
  readonly live: ReadonlyMap<string, LiveSearch>;
  readonly starting: ReadonlyMap<string, RunRow>;
  /** Reads texts of runs, which others may have written. */
  readonly reading: ReadingThread;
}

export function runAnswers({ catalogue, shelf, runs, live, starting, reading }: RunAnswersOptions) {
  /** @throws FailureError (`state`) while the run's model is loaded and its folder is not there yet */
  function readyFolder(run: string): string {
    const folder = catalogue.folderOf(run);
    if (starting.has(folder)) fail('state', `The run ${run} is being made ready; its folder is not there yet.`);
    return folder;
  }

  const answers: AnswersTo<`runs.${string}`> = {
    'runs.list': async () => ({
      runs: runs
        .folders()
        .map(runs.rowOf)
        .sort((a, b) => b.created.localeCompare(a.created) || a.id.localeCompare(b.id)),
    }),
    async 'runs.open'({ folder }) {
      const opened = catalogue.open(folder);
      runs.tellRow(opened);
      return { row: runs.rowOf(opened) };
    },
    async 'runs.forget'({ run }) {
      const search = live.get(catalogue.folderOf(run));
      if (search !== undefined && search.state !== 'failed') {
        fail('state', `A search is under way in ${run}. Stop it before taking it off the list.`);
      }
      catalogue.forget(run);
      runs.tellGone(run);
      return {};
    },
    async 'runs.trust'({ run }) {
      const folder = readyFolder(run);
      if (!live.has(folder)) await trustRun(folder);
      runs.tellRow(folder);
      return { row: runs.rowOf(folder) };
    },
    async 'runs.get'({ run }) {
      const folder = readyFolder(run);
      return detailOfRun(runs.rowOf(folder), shelf.run(folder));
    },
    async 'runs.archives'({ run, generation }) {
      const read = shelf.run(readyFolder(run));
      return archivesOfRun(run, read, await archiveSpaceFor(read.settings, promptsOf(read)), generation);
    },
    async 'runs.candidates'({ run, ...page }) {
      return candidatePage(shelf.run(readyFolder(run)), page);
    },
    async 'runs.candidate'({ run, candidate }) {
      return detailOfCandidate(run, shelf.run(readyFolder(run)), candidate);
    },
    async 'runs.source'({ run, candidate }, signal) {
      const read = shelf.run(readyFolder(run));
      const interpreter = endedBy(abortSignalOf(signal), endableRunInterpreter(read.description, reading));
      return sourceOfCandidate(run, read, candidate, interpreter);
    },
    async 'runs.difference'({ run, before, after }, signal) {
      const read = shelf.run(readyFolder(run));
      const interpreter = endedBy(abortSignalOf(signal), endableRunInterpreter(read.description, reading));
      return differenceOfCandidates(run, read, { before, after }, interpreter);
    },
    'runs.verify': async ({ run }, signal) => verifyRunFolder(readyFolder(run), signal),
    'runs.export': async ({ run, network }, signal) =>
      withStore(readyFolder(run), async (store) => {
        if (!isTrusted(store, catalogue.runsFolder)) {
          fail('untrusted', `The run ${run} comes from elsewhere: nothing is written into its folder. Trust it first.`);
        }
        const interpreter = endedBy(abortSignalOf(signal), endableRunInterpreter(store.description, reading));
        const all = storedRun(store);
        const id = network === 'best' ? (standingNow(all).best?.network ?? network) : network;
        const folder = join(store.folder, 'export', folderName(network));
        if (!(await landsIn(folder, store.folder))) fail('run', `${folder} leads out of the run. Remove that link.`);
        const exported = await exportNetwork(all, id, folder, interpreter, {
          // What lies in a run's own folder is ours.
          force: true,
        });
        return { folder: exported.folder, files: [...exported.files] };
      }),
  };
  return answers;
}
