/** The engine: implements the contract over runs, models and datasets of this machine. The doors speak with nothing else. */
import { availableParallelism, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
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
import { allChecks } from './doctor-checks.ts';
import type { AnswersTo } from './engine/answers.ts';
import { heavyCalls, heavyKinds } from './engine/heavy-calls.ts';
import type { LiveSearch } from './engine/live-search.ts';
import { modelAnswers } from './engine/model-answers.ts';
import { nothingOpened, type OpenedByPerson, openedPlaces } from './engine/places/opened-places.ts';
import { promptAnswers } from './engine/prompt-answers.ts';
import { runAnswers } from './engine/run-answers.ts';
import { runCatalogue } from './engine/run-catalogue.ts';
import { runShelf } from './engine/run-shelf.ts';
import { searches } from './engine/searches.ts';
import { datasetAnswers } from './engine/shelves.ts';
import { toldRuns } from './engine/told-runs.ts';
import { inTurns } from './engine/turns.ts';
import { usedModels } from './engine/used-models.ts';
import { homeFolder } from './home.ts';
import { embeddedModelFile } from './llm/embedded.ts';
import { modelFilesIn, modelsFolder } from './llm/model-shelf.ts';
import { versions } from './package-folder.ts';
import { packagedPrompts } from './prompt-sets.ts';
import { readingThread } from './reading/reading-thread.ts';

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

export function createEngine(options: EngineOptions = {}): OwnEngine {
  const home = homeFolder();
  const catalogue = runCatalogue(resolve(options.runsFolder ?? 'runs'), home);
  const live = new Map<string, LiveSearch>();
  /** Rows of searches whose folder is not there yet. */
  const starting = new Map<string, RunRow>();
  /** Texts of runs, which others may have written. */
  const reading = readingThread();
  const shelf = runShelf(catalogue, live);
  const runs = toldRuns({ catalogue, shelf, live, starting });
  const turns = new Map(Object.entries(heavyKinds).map(([kind, limits]) => [kind, inTurns<unknown>(kind, limits)]));
  /** Files of the models that the runs of the list were made with. */
  const modelsOfList = (): string[] => usedModels(catalogue.folders(), shelf);
  const ofModels = modelAnswers({ home, usedModels: modelsOfList, emit: runs.emit });
  const models = modelsFolder(home);
  const places = openedPlaces({
    own: [home, catalogue.runsFolder, packagedPrompts(), dirname(embeddedModelFile())],
    models,
    opened: options.opened ?? nothingOpened,
    runFolders: () => catalogue.folders(),
    listedModels: () => [...modelFilesIn(models), ...modelsOfList()],
  });
  const underWay = searches({ home, catalogue, runs, live, starting, usedModels: modelsOfList });

  const answers: AnswersTo<CallName> = {
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
    ...datasetAnswers(home),
    ...underWay.answers,
    ...runAnswers({ catalogue, shelf, runs, live, starting, reading }),
  };

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
    subscribe: runs.subscribe,
    async close() {
      runs.close();
      for (const kind of turns.values()) kind.close();
      await Promise.all([ofModels.close(), reading.close(), underWay.close()]);
    },
  };
}
