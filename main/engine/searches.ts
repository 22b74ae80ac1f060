/** The searches of this engine: those under way, and the answers to the calls that begin and steer them. */
import { existsSync } from 'node:fs';
import type { RunRow } from '../../core/contract/runs.ts';
import type { CallOptions } from '../../core/contract.ts';
import { fail } from '../../core/failure.ts';
import { estimateWords } from '../../core/search/estimate.ts';
import { estimateSearch } from '../estimate/estimate-search.ts';
import { storedRun } from '../run/run.ts';
import { isThrough } from '../search-run/finished-run.ts';
import type { SearchOutcome, SearchRunOptions } from '../search-run/request.ts';
import { resumeSearch, startSearch } from '../search-run/search-run.ts';
import { withStore } from '../store/run-folder.ts';
import { refuseForeign } from '../store/trust.ts';
import type { AnswersTo } from './answers.ts';
import { changedCandidates } from './changed-candidates.ts';
import { type LiveSearch, startLiveSearch } from './live-search.ts';
import type { RunCatalogue } from './run-catalogue.ts';
import { thinned, throttled } from './run-events.ts';
import { startingRow } from './run-row.ts';
import { acceptRequest, checkFailure, folderOfRequest, namedFolder } from './search-request.ts';
import { searchForm } from './shelves.ts';
import type { ToldRuns } from './told-runs.ts';

/** Milliseconds between two rows of a live run. */
const rowPause = 400;

/** Searches that hold a model and trainers at the same time: more than any machine has room for. */
const searchesAtOnce = 16;

interface SearchesOptions {
  readonly home: string;
  readonly catalogue: RunCatalogue;
  readonly runs: ToldRuns;
  readonly live: Map<string, LiveSearch>;
  /** Rows of searches whose folder is not there yet. */
  readonly starting: Map<string, RunRow>;
  /** Files of the models that the runs of the list were made with. */
  usedModels(): string[];
}

export interface Searches {
  readonly answers: AnswersTo<`search.${string}`>;
  /** Stops them all, and starts none any more. */
  close(): Promise<void>;
}

export function searches({ home, catalogue, runs, live, starting, usedModels }: SearchesOptions): Searches {
  let closed = false;
  /** Also where a search has just been started and its folder is not there yet. */
  const isTaken = (folder: string): boolean => starting.has(folder) || live.has(folder) || existsSync(folder);

  /** @throws FailureError (`busy`) before anything is made for one search too many */
  function refuseMany(): void {
    const working = [...live.values()].filter(({ state }) => state !== 'failed').length;
    if (working >= searchesAtOnce) {
      fail('busy', `${working} searches are under way, paused ones counted. Stop one, or wait until one has ended.`);
    }
  }

  /** Follows a search from here to its end; resolves when its folder is there. `row`: that of a new one until then. */
  async function follow(
    folder: string,
    row: RunRow | null,
    run: (options: SearchRunOptions) => Promise<SearchOutcome>,
    signal: CallOptions['signal'],
  ): Promise<RunRow> {
    if (closed) fail('closed', 'The engine is closing and starts no search any more.');
    if (row !== null) starting.set(folder, row);
    const id = catalogue.idOf(folder);
    const changed = changedCandidates();
    const tellAll = (): void => {
      runs.tellCandidates(folder, changed);
      runs.tellRow(folder);
    };
    const rows = throttled(tellAll, rowPause);
    const tell = thinned(
      (event) => runs.emit({ type: 'run-event', run: id, event }),
      () => performance.now(),
    );
    const search = startLiveSearch({
      folder,
      run,
      onState: () => runs.tellRow(folder),
      onEvent(event) {
        if (event.type === 'run') starting.delete(folder);
        tell(event);
        changed.hear(event);
        if (event.type !== 'training-progress' && event.type !== 'loading') rows.call();
      },
    });
    live.set(folder, search);
    runs.tellRow(folder);
    void search.ended.then(() => {
      rows.end();
      const began = !starting.delete(folder);
      // A failed one stays, since only here is known why; the others are as their folders say.
      if (search.state !== 'failed' || !began) live.delete(folder);
      if (began) tellAll();
      else runs.tellGone(id);
    });
    const cancel = (): void => {
      if (search.state === 'starting') void search.stop();
    };
    if (signal?.aborted === true) cancel();
    else signal?.addEventListener('abort', cancel);
    await search.ready;
    return runs.rowOf(folder);
  }

  /** The live search of a run. @throws FailureError (`state`) where none is under way here */
  function liveSearch(id: string): LiveSearch {
    const folder = catalogue.folderOf(id);
    const search = live.get(folder);
    if (search !== undefined && search.state !== 'failed') return search;
    const { state, problem } = runs.rowOf(folder);
    if (state === 'unreadable') fail('run', problem?.message ?? `The run ${id} cannot be read.`);
    if (state === 'elsewhere') fail('state', `Another process writes the run ${id}. Pause or stop it there.`);
    return fail('state', `No search is under way in ${id}: it is ${state}.`);
  }

  return {
    answers: {
      'search.form': () => searchForm(home, usedModels()),
      async 'search.check'(request) {
        try {
          const { settings } = await acceptRequest(request, home);
          if (request.name !== null) namedFolder(request.name, catalogue.runsFolder, isTaken);
          return { settings, problem: null };
        } catch (error) {
          return { settings: null, problem: checkFailure(error, request) };
        }
      },
      async 'search.estimate'(request) {
        const { settings } = await acceptRequest(request, home);
        const estimate = await estimateSearch(settings, false);
        return { ...estimate, words: estimateWords(estimate) };
      },
      async 'search.start'(request, signal) {
        const { settings, preset } = await acceptRequest(request, home);
        refuseMany();
        // Taken at once: another start may be a step behind.
        const folder = folderOfRequest(request, catalogue.runsFolder, isTaken);
        const row = startingRow(catalogue.idOf(folder), folder, settings, preset);
        return {
          row: await follow(
            folder,
            row,
            (how) => startSearch({ folder, reserved: request.name === null, settings, preset }, how),
            signal,
          ),
        };
      },
      async 'search.pause'({ run }) {
        await liveSearch(run).pause();
        return { row: runs.rowOf(catalogue.folderOf(run)) };
      },
      async 'search.resume'({ run, workers, model }, signal) {
        const folder = catalogue.folderOf(run);
        const search = live.get(folder);
        if (search !== undefined && search.state !== 'failed') {
          await search.resume();
          return { row: runs.rowOf(folder) };
        }
        const row = runs.rowOf(folder);
        if (row.state === 'finished' && (await withStore(folder, (store) => isThrough(storedRun(store))))) {
          fail('state', `The run ${run} is finished: nothing is left to resume.`);
        }
        if (row.state === 'elsewhere') fail('state', `Another process writes the run ${run}. Stop it there first.`);
        if (row.state === 'unreadable') fail('run', row.problem?.message ?? `The run ${run} cannot be read.`);
        refuseMany();
        await withStore(folder, (store) => refuseForeign(store, catalogue.runsFolder));
        const request = {
          folder,
          runsFolder: catalogue.runsFolder,
          ...(workers === undefined ? {} : { workers }),
          ...(model === undefined ? {} : { model }),
        };
        return { row: await follow(folder, null, (how) => resumeSearch(request, how), signal) };
      },
      async 'search.stop'({ run }) {
        await liveSearch(run).stop();
        return { row: runs.rowOf(catalogue.folderOf(run)) };
      },
    },
    async close() {
      closed = true;
      await Promise.all([...live.values()].map((search) => search.stop()));
    },
  };
}
