/** The engine: implements the contract over runs, models and datasets of this machine. The doors speak with nothing else. */
import { existsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { ContractEvent } from '../core/contract/events.ts';
import { fromContractFailure, toContractFailure } from '../core/contract/failure.ts';
import type { RunRow } from '../core/contract/runs.ts';
import {
  type CallName,
  type CallOptions,
  callNames,
  calls,
  type Engine,
  type Params,
  type Result,
} from '../core/contract.ts';
import { FailureError, fail } from '../core/failure.ts';
import { archiveSpaceFor } from './centroids/archive-space.ts';
import { allChecks } from './doctor-checks.ts';
import { archivesOfRun } from './engine/archive-views.ts';
import { candidatePage } from './engine/candidate-pages.ts';
import { heavyCalls, heavyKinds } from './engine/heavy-calls.ts';
import { type LiveSearch, startLiveSearch } from './engine/live-search.ts';
import { modelAnswers } from './engine/model-answers.ts';
import { differenceOfCandidates, sourceOfCandidate } from './engine/network-views.ts';
import { nothingOpened, type OpenedByPerson, openedPlaces } from './engine/places/opened-places.ts';
import { landsIn } from './engine/places/real-place.ts';
import { promptAnswers } from './engine/prompt-answers.ts';
import { runCatalogue } from './engine/run-catalogue.ts';
import { detailOfRun } from './engine/run-detail.ts';
import { thinned, throttled } from './engine/run-events.ts';
import { startingRow } from './engine/run-row.ts';
import { runShelf } from './engine/run-shelf.ts';
import { acceptRequest, checkFailure, folderOfRequest, namedFolder } from './engine/search-request.ts';
import { datasetRows, searchForm } from './engine/shelves.ts';
import { inTurns } from './engine/turns.ts';
import { usedModels } from './engine/used-models.ts';
import { verifyRunFolder } from './engine/verification/verification.ts';
import { exportNetwork, folderName } from './export/export-network.ts';
import { homeFolder } from './home.ts';
import { embeddedModelFile } from './llm/embedded.ts';
import { modelFilesIn, modelsFolder } from './llm/model-shelf.ts';
import { versions } from './package-folder.ts';
import { packagedPrompts } from './prompt-sets.ts';
import { readingThread } from './reading/reading-thread.ts';
import { detailOfCandidate } from './run/candidates.ts';
import { promptsOf, storedRun } from './run/run.ts';
import { standingNow } from './run/summary.ts';
import { endableRunInterpreter, runInterpreter } from './run-interpreter.ts';
import { isThrough } from './search-run/finished-run.ts';
import type { SearchOutcome, SearchRunOptions } from './search-run/request.ts';
import { resumeSearch, startSearch } from './search-run/search-run.ts';
import { openRun } from './store/run-folder.ts';
import { isTrusted, refuseForeign, trustRun } from './store/trust.ts';

export interface EngineOptions {
  /** Where new runs go and old ones are listed; `runs` in the working folder by default. */
  readonly runsFolder?: string;
  /** What callers may name of this machine's files besides LLMatic's own; nothing by default. */
  readonly opened?: OpenedByPerson;
}

/** The engine in its own process, where a door tells it what the person chose. */
export interface OwnEngine extends Engine {
  /** Opens a file or folder, for reading, that the person has chosen themselves. */
  choose(path: string): void;
}

/** Milliseconds between two rows of a live run, and between two looks at runs that other processes write. */
const rowPause = 400;
const lookPause = 2000;

/** Searches that hold a model and trainers at the same time: more than any machine has room for. */
const searchesAtOnce = 16;

type Answers = { readonly [N in CallName]: (params: Params<N>, signal: CallOptions['signal']) => Promise<Result<N>> };

export function createEngine(options: EngineOptions = {}): OwnEngine {
  const home = homeFolder();
  const catalogue = runCatalogue(resolve(options.runsFolder ?? 'runs'), home);
  const live = new Map<string, LiveSearch>();
  /** Rows of searches whose folder is not there yet. */
  const starting = new Map<string, RunRow>();
  /** Texts of runs, which others may have written. */
  const reading = readingThread();
  const shelf = runShelf(catalogue, live);
  const listeners = new Set<(event: ContractEvent) => void>();
  /** What was last told of each run. */
  const told = new Map<string, string>();
  const turns = new Map(Object.entries(heavyKinds).map(([kind, limits]) => [kind, inTurns<unknown>(kind, limits)]));
  let closed = false;

  const emit = (event: ContractEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };
  const rowOf = (folder: string): RunRow => {
    const row = starting.get(folder);
    const state = live.get(folder)?.state;
    return row === undefined ? shelf.row(folder) : { ...row, state: state ?? row.state };
  };
  /** What a change of a row is seen by: the seconds of a run that another process works on are none. */
  const printOf = (row: RunRow): string => {
    const { seconds: _, ...lasting } = row;
    return JSON.stringify(row.state === 'elsewhere' ? lasting : row);
  };
  const tellRow = (folder: string): void => {
    if (listeners.size === 0) return;
    const row = rowOf(folder);
    const print = printOf(row);
    if (told.get(row.id) === print) return;
    told.set(row.id, print);
    emit({ type: 'run-changed', row });
  };
  const tellGone = (id: string): void => {
    told.delete(id);
    emit({ type: 'run-removed', run: id });
  };
  /** Files of the models that the runs of the list were made with. */
  const modelsOfList = (): string[] => usedModels(catalogue.folders(), shelf);
  const ofModels = modelAnswers({ home, usedModels: modelsOfList, emit });
  const models = modelsFolder(home);
  const places = openedPlaces({
    own: [home, catalogue.runsFolder, packagedPrompts(), dirname(embeddedModelFile())],
    models,
    opened: options.opened ?? nothingOpened,
    runFolders: () => catalogue.folders(),
    listedModels: () => [...modelFilesIn(models), ...modelsOfList()],
  });
  /** Also where a search has just been started and its folder is not there yet. */
  const isTaken = (folder: string): boolean => starting.has(folder) || live.has(folder) || existsSync(folder);
  const folders = (): string[] => [...new Set([...starting.keys(), ...catalogue.folders()])];

  /** Runs that other processes write, add or remove are looked at now and then, while somebody listens. */
  const look = setInterval(() => {
    if (listeners.size === 0) return;
    const present = new Set<string>();
    for (const folder of folders()) {
      present.add(catalogue.idOf(folder));
      if (!live.has(folder)) tellRow(folder);
    }
    for (const id of told.keys()) {
      if (!present.has(id)) tellGone(id);
    }
  }, lookPause);
  look.unref();

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
    const rows = throttled(() => tellRow(folder), rowPause);
    const tell = thinned(
      (event) => emit({ type: 'run-event', run: id, event }),
      () => performance.now(),
    );
    const search = startLiveSearch({
      folder,
      run,
      onState: () => tellRow(folder),
      onEvent(event) {
        if (event.type === 'run') starting.delete(folder);
        tell(event);
        if (event.type !== 'training-progress' && event.type !== 'loading') rows.call();
      },
    });
    live.set(folder, search);
    tellRow(folder);
    void search.ended.then(() => {
      rows.end();
      const began = !starting.delete(folder);
      // A failed one stays, since only here is known why; the others are as their folders say.
      if (search.state !== 'failed' || !began) live.delete(folder);
      if (began) tellRow(folder);
      else tellGone(id);
    });
    const cancel = (): void => {
      if (search.state === 'starting') void search.stop();
    };
    if (signal?.aborted === true) cancel();
    else signal?.addEventListener('abort', cancel);
    await search.ready;
    return rowOf(folder);
  }

  /** The live search of a run. @throws FailureError (`state`) where none is under way here */
  function liveSearch(id: string): LiveSearch {
    const folder = catalogue.folderOf(id);
    const search = live.get(folder);
    if (search !== undefined && search.state !== 'failed') return search;
    const { state, problem } = rowOf(folder);
    if (state === 'unreadable') fail('run', problem?.message ?? `The run ${id} cannot be read.`);
    if (state === 'elsewhere') fail('state', `Another process writes the run ${id}. Pause or stop it there.`);
    return fail('state', `No search is under way in ${id}: it is ${state}.`);
  }

  const answers: Answers = {
    'app.describe': async () => ({
      version: versions().llmatic ?? '',
      runsFolder: catalogue.runsFolder,
      home,
      machine: {
        platform: `${process.platform} ${process.arch}`,
        cores: availableParallelism(),
        memoryBytes: totalmem(),
      },
      versions: versions(),
    }),
    'app.doctor': async () => ({
      checks: (await allChecks()).map(({ name, ok, required, detail }) => ({
        name,
        status: ok ? 'ok' : required ? 'failed' : 'warning',
        detail,
      })),
    }),
    ...ofModels.answers,
    ...promptAnswers(home),
    'datasets.list': async () => ({ datasets: await datasetRows(home) }),
    'search.form': () => searchForm(home, modelsOfList()),
    async 'search.check'(request) {
      try {
        const { settings } = await acceptRequest(request, home);
        if (request.name !== null) namedFolder(request.name, catalogue.runsFolder, isTaken);
        return { settings, problem: null };
      } catch (error) {
        return { settings: null, problem: checkFailure(error, request) };
      }
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
      return { row: rowOf(catalogue.folderOf(run)) };
    },
    async 'search.resume'({ run, workers, model }, signal) {
      const folder = catalogue.folderOf(run);
      const search = live.get(folder);
      if (search !== undefined && search.state !== 'failed') {
        await search.resume();
        return { row: rowOf(folder) };
      }
      const row = rowOf(folder);
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
      return { row: rowOf(catalogue.folderOf(run)) };
    },
    'runs.list': async () => ({
      runs: folders()
        .map(rowOf)
        .sort((a, b) => b.created.localeCompare(a.created) || a.id.localeCompare(b.id)),
    }),
    async 'runs.open'({ folder }) {
      const opened = catalogue.open(folder);
      tellRow(opened);
      return { row: rowOf(opened) };
    },
    async 'runs.forget'({ run }) {
      const search = live.get(catalogue.folderOf(run));
      if (search !== undefined && search.state !== 'failed') {
        fail('state', `A search is under way in ${run}. Stop it before taking it off the list.`);
      }
      catalogue.forget(run);
      tellGone(run);
      return {};
    },
    async 'runs.trust'({ run }) {
      const folder = readyFolder(run);
      if (!live.has(folder)) await trustRun(folder);
      tellRow(folder);
      return { row: rowOf(folder) };
    },
    async 'runs.get'({ run }) {
      const folder = readyFolder(run);
      return detailOfRun(rowOf(folder), shelf.run(folder));
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
    async 'runs.source'({ run, candidate }) {
      const read = shelf.run(readyFolder(run));
      const { description } = read;
      const interpreter = endableRunInterpreter(description, reading);
      return sourceOfCandidate(run, read, candidate, interpreter, await runInterpreter(description));
    },
    async 'runs.difference'({ run, before, after }) {
      const read = shelf.run(readyFolder(run));
      return differenceOfCandidates(run, read, { before, after }, endableRunInterpreter(read.description, reading));
    },
    'runs.verify': async ({ run }, signal) => verifyRunFolder(readyFolder(run), signal),
    'runs.export': async ({ run, network }) =>
      withStore(readyFolder(run), async (store) => {
        if (!isTrusted(store, catalogue.runsFolder)) {
          fail('untrusted', `The run ${run} comes from elsewhere: nothing is written into its folder. Trust it first.`);
        }
        const interpreter = await runInterpreter(store.description);
        const all = storedRun(store);
        const id = network === 'best' ? (standingNow(all).best?.network ?? network) : network;
        const folder = join(store.folder, 'export', folderName(network));
        if (!(await landsIn(folder, store.folder))) fail('run', `${folder} leads out of the run. Remove that link.`);
        const exported = exportNetwork(all, id, folder, interpreter, {
          // What lies in a run's own folder is ours.
          force: true,
        });
        return { folder: exported.folder, files: [...exported.files] };
      }),
  };

  /** @throws FailureError (`state`) while the run's model is loaded and its folder is not there yet */
  function readyFolder(run: string): string {
    const folder = catalogue.folderOf(run);
    if (starting.has(folder)) fail('state', `The run ${run} is being made ready; its folder is not there yet.`);
    return folder;
  }

  async function withStore<T>(folder: string, use: (store: ReturnType<typeof openRun>) => T | Promise<T>): Promise<T> {
    const store = openRun(folder, { readOnly: true });
    try {
      return await use(store);
    } finally {
      store.close();
    }
  }

  return {
    async call<N extends CallName>(name: N, params: Params<N>, { signal }: CallOptions = {}): Promise<Result<N>> {
      try {
        if (!callNames.includes(name)) fail('message', `There is no call ${JSON.stringify(name)} in this version.`);
        // Parsed here as well: a door in this process comes without the wire that does it for the others.
        const parsed = calls[name].params.parse(params) as Params<N>;
        await places.admit(name, parsed);
        const kind = heavyCalls[name];
        const heavy = kind === null ? undefined : turns.get(kind);
        if (heavy === undefined) return await answers[name](parsed, signal);
        // Of one name come answers of one call: the compiler cannot follow that through the queue.
        const piece = `${name} ${JSON.stringify(parsed)}`;
        return (await heavy.take(piece, signal, (its) => answers[name](parsed, its))) as Result<N>;
      } catch (error) {
        if (error instanceof FailureError) throw error;
        throw new FailureError(fromContractFailure(toContractFailure(error)).failure, { cause: error });
      }
    },
    choose: (path) => places.choose(path),
    subscribe(listener) {
      // What is there when the first listener comes is no news; what changes from this moment on is, however soon.
      if (listeners.size === 0) {
        for (const row of folders().map(rowOf)) if (!told.has(row.id)) told.set(row.id, printOf(row));
      }
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      clearInterval(look);
      for (const kind of turns.values()) kind.close();
      await Promise.all([ofModels.close(), reading.close(), ...[...live.values()].map((search) => search.stop())]);
    },
  };
}
