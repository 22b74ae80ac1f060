/**
 * One search under way: puts the real parts together and runs it over a run folder, new or resumed. Every state is kept
 * in the run, so stopping at any point loses nothing.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '../core/contract/events.ts';
import { fail, failureOf } from '../core/failure.ts';
import type { SearchSummary } from '../core/search/events.ts';
import { noLevers } from '../core/search/model-profile.ts';
import type { Interpreter, LanguageModel } from '../core/search/ports.ts';
import { promptSetSchema } from '../core/search/prompt-set.ts';
import { checkChoices, runSearch } from '../core/search/search.ts';
import { parseSettings } from '../core/search/setting-paths.ts';
import type { ChatChoice, Settings } from '../core/search/settings.ts';
import { strategyOf } from '../core/search/strategy.ts';
import type { Trainer } from '../core/training/job.ts';
import { centroidsFor } from './centroids/centroids.ts';
import type { Dataset } from './datasets/dataset.ts';
import { openDataset } from './datasets/registry.ts';
import { type Exported, exportNetwork } from './export/export-network.ts';
import { embeddedModelFile } from './llm/embedded.ts';
import type { LanguageModelOptions } from './llm/language-model.ts';
import { leversFor, openModelAt, type ReadyModel } from './llm/open-model.ts';
import { versions } from './package-folder.ts';
import { readPromptSet } from './prompt-sets.ts';
import { runInterpreter } from './run-interpreter.ts';
import { type StageClock, stageClock } from './stage-clock.ts';
import type { RunDescription, StageSeconds } from './store/run-description.ts';
import { createRun, openRun, type RunStore, refuseOccupied } from './store/run-folder.ts';
import { runRecords } from './store/run-report.ts';
import { totalSeconds } from './store/sessions.ts';
import { type TrainingDevice, trainingDevice } from './training/devices.ts';
import { createTrainerPool } from './training/pool.ts';

export type { RunEvent };

/** A stretch of work between two pauses. */
export interface Stretch {
  /** Aborted to pause: the search then holds at its last recorded step, with its model and its trainers ready. */
  readonly pause: AbortSignal;
  /** Resolves when it is to go on. */
  readonly resumed: Promise<void>;
}

export interface SearchRunOptions {
  /** Aborted to stop: the state is saved, everything is closed. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** Asked before each stretch of work; without it a search cannot be paused. */
  readonly stretch?: () => Stretch;
  /** Told when the search holds, before it waits for {@link Stretch.resumed}. */
  readonly onPaused?: () => void;
}

export interface NewSearch {
  readonly folder: string;
  readonly settings: Settings;
  readonly preset: string | null;
}

export interface ResumedSearch {
  readonly folder: string;
  /** Where the model's file lies now, when it has moved. */
  readonly model?: string;
  /** The dataset's name now, when it was imported under another. */
  readonly dataset?: string;
  /** Trainings at once; does not change results. */
  readonly workers?: number;
  /** The person's word that `model` may be an address outside this machine. */
  readonly allowRemote?: boolean;
}

export type SearchOutcome =
  | {
      readonly outcome: 'finished';
      readonly run: string;
      readonly summary: SearchSummary;
      /** By stage, of all processes that worked on the run. */
      readonly seconds: StageSeconds;
      /** The best network's files; null when no network could be trained. */
      readonly exported: Exported | null;
    }
  | { readonly outcome: 'interrupted'; readonly run: string; readonly seconds: StageSeconds };

/**
 * Refuses settings that cannot be run here, before anything is loaded.
 * `trainingImages`: those of the dataset, the held-out ones counted.
 * @throws FailureError (`usage`, `unsupported`, `input`) naming the setting
 */
export function checkSearch(settings: Settings, trainingImages: number): void {
  strategyOf(settings.strategy);
  trainingDevice(settings.trainer.device);
  checkChoices(settings, readPromptSet(settings.promptSet), trainingImages - settings.validationImages);
}

/** Parts that live in processes of their own, to be ended however the search ends. */
interface Parts {
  readonly model: LanguageModel;
  readonly trainer: Trainer;
  readonly interpreter: Interpreter;
  readonly dataset: Dataset;
}

/** How a run has its model run from its beginning on: sums then round the same. */
function fixedBy(earlier: RunDescription['model'] | null): Pick<LanguageModelOptions, 'threads' | 'fixed' | 'mode'> {
  if (earlier?.how === undefined) return {};
  const { threads, fixed, mode } = earlier.how;
  return { threads, fixed, mode };
}

async function loadModel(
  place: string,
  chat: ChatChoice,
  { served, generation }: Pick<Settings, 'served' | 'generation'>,
  earlier: RunDescription['model'] | null,
  options: SearchRunOptions,
): Promise<ReadyModel> {
  options.signal?.throwIfAborted();
  const onProgress = (share: number): void => options.onEvent?.({ type: 'loading', part: 'model', name: place, share });
  onProgress(0);
  const model = await openModelAt(place, served, {
    chat,
    ...generation,
    ...(typeof earlier?.contextLength === 'number' ? { contextLength: earlier.contextLength } : {}),
    // One core for the trainings, whose threads wait for nobody.
    sparedCores: 1,
    ...fixedBy(earlier),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onProgress,
  });
  if (model.served?.remote === true) {
    const message = `Every prompt is sent to ${model.served.address}, which is not on this machine, as you allowed.`;
    options.onEvent?.({ type: 'warning', message });
  }
  return model;
}

/** What a run records of its model. */
function modelRecord(model: ReadyModel, { model: file, profile }: Settings): RunDescription['model'] {
  const { name, hash, contextLength } = model;
  const common = { file, name, hash, contextLength, levers: leversFor(profile, model), form: model.form.form };
  if (model.served !== null) return { ...common, served: model.served };
  const { batch, gpuLayers, sequences } = model.plan;
  const trial = model.trial === null ? {} : { trial: model.trial.speeds };
  return {
    ...common,
    how: { threads: model.threads, fixed: { batch, gpuLayers, sequences }, mode: model.mode, ...trial },
  };
}

async function loadDataset(name: string, options: SearchRunOptions): Promise<Dataset> {
  options.signal?.throwIfAborted();
  options.onEvent?.({ type: 'loading', part: 'dataset', name, share: 0 });
  return openDataset(name);
}

/** The same parts, with the seconds that their work takes added to the clock. */
function timed({ model, trainer, interpreter }: Parts, clock: StageClock): Omit<Parts, 'dataset'> {
  return {
    model: {
      ...model,
      generate: (request, signal) => clock.measure('generate', () => model.generate(request, signal)),
    },
    trainer: { ...trainer, train: (job, options) => clock.measure('train', () => trainer.train(job, options)) },
    interpreter: (text, how) => clock.measureNow('interpret', () => interpreter(text, how)),
  };
}

/** One stretch: to the end, or to an abort, which leaves the last recorded step as where to go on. */
async function workStretch(
  run: RunStore,
  parts: Parts,
  settings: Settings,
  resumed: boolean,
  signal: AbortSignal | undefined,
  onEvent: SearchRunOptions['onEvent'],
  clock: StageClock,
): Promise<SearchOutcome> {
  const session = await run.startSession({ versions: versions(), workers: parts.trainer.capacity, resumed });
  onEvent?.({ type: 'run', run: run.folder, resumed, workers: parts.trainer.capacity });
  try {
    const { model, trainer, interpreter } = timed(parts, clock);
    const centroids = await centroidsFor(settings, signal);
    const summary = await runSearch({
      settings,
      prompts: promptSetSchema.parse(run.description.prompts),
      model,
      trainer,
      interpreter,
      store: run,
      centroids,
      levers: run.description.model.levers ?? noLevers,
      trainingImages: parts.dataset.train.count - settings.validationImages,
      ...(signal === undefined ? {} : { signal }),
      onEvent: (event) => {
        // What keeps it from being written keeps the next step too, which then tells.
        if (event.type === 'generation-finished') session.update(clock.seconds()).catch(() => {});
        onEvent?.(event);
      },
    });
    const exported = exportBest(run, summary, parts.interpreter, clock);
    await session.end('finished', clock.seconds());
    return { outcome: 'finished', run: run.folder, summary, seconds: totalSeconds(run.sessions()), exported };
  } catch (error) {
    const interrupted = signal?.aborted === true;
    if (!interrupted) {
      // Where the disk is full this fails as well: what is told is why the search failed.
      await session.end('failed', clock.seconds(), failureOf(error)).catch(() => {});
      throw error;
    }
    await session.end('interrupted', clock.seconds());
    return { outcome: 'interrupted', run: run.folder, seconds: totalSeconds(run.sessions()) };
  }
}

function anyOf(signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length === 0 ? undefined : AbortSignal.any(given);
}

/** Resolves when the search is to go on, or is stopped while it holds. */
function resumedOrStopped(resumed: Promise<void>, stop: AbortSignal | undefined): Promise<void> {
  if (stop === undefined) return resumed;
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => resolve(), { once: true });
    void resumed.then(resolve);
  });
}

/** Runs the search to its end, or to the stop, through all its pauses; model and trainers stay ready in between. */
async function work(
  run: RunStore,
  parts: Parts,
  settings: Settings,
  firstClock: StageClock,
  options: SearchRunOptions,
  resumed: boolean,
): Promise<SearchOutcome> {
  const { signal: stop, onEvent } = options;
  const isStopped = (): boolean => stop?.aborted === true;
  let clock = firstClock;
  for (let count = 0; ; count++) {
    const stretch = options.stretch?.();
    const signal = anyOf([stop, stretch?.pause]);
    const outcome = await workStretch(run, parts, settings, resumed || count > 0, signal, onEvent, clock);
    if (outcome.outcome === 'finished' || stretch === undefined || isStopped()) return outcome;
    options.onPaused?.();
    await resumedOrStopped(stretch.resumed, stop);
    if (isStopped()) return outcome;
    clock = stageClock();
  }
}

function exportBest(
  run: RunStore,
  { best }: SearchSummary,
  interpreter: Interpreter,
  clock: StageClock,
): Exported | null {
  if (best === null) return null;
  const folder = join(run.folder, 'export', 'best');
  return clock.measureNow('export', () => exportNetwork(runRecords(run), best.network, folder, interpreter));
}

/** Runs `use` with whatever `made` collects, and ends all of it however that goes. */
async function withEnding<T>(use: (own: (end: () => unknown) => void) => Promise<T>): Promise<T> {
  const ends: (() => unknown)[] = [];
  try {
    return await use((end) => ends.push(end));
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

/** How many trainings run at once where the settings leave it open: one a core, since each runs on one thread. */
function workersOf(settings: Settings, device: TrainingDevice): number {
  // Trainings on one GPU would wait for each other.
  if (device !== 'cpu') return settings.trainer.workers ?? 1;
  return settings.trainer.workers ?? Math.max(1, Math.min(availableParallelism(), settings.offspring));
}

/**
 * Starts a search in a new folder. Rejects for wrong settings, a missing model or dataset, an occupied folder
 * (FailureErrors of kind `usage`, `input`, `unsupported`, `file`, `dataset`, `run`).
 */
export async function startSearch(
  { folder, settings, preset }: NewSearch,
  options: SearchRunOptions = {},
): Promise<SearchOutcome> {
  const clock = stageClock();
  strategyOf(settings.strategy);
  const device = trainingDevice(settings.trainer.device);
  const prompts = readPromptSet(settings.promptSet);
  refuseOccupied(folder);
  return withEnding(async (own) => {
    const place = settings.model ?? embeddedModelFile();
    const model = await loadModel(place, settings.chat, settings, null, options);
    own(() => model.close());
    const dataset = await loadDataset(settings.dataset, options);
    const workers = workersOf(settings, device);
    // One thread a training, unless asked: sums then round the same on every machine.
    const threads = settings.trainer.threads ?? 1;
    const trainer = await createTrainerPool({ workers, threads, device });
    own(() => trainer.close());
    const description: RunDescription = {
      settings,
      preset,
      seed: settings.seed,
      prompts,
      model: modelRecord(model, settings),
      dataset: { name: dataset.name, hash: dataset.hash, classes: dataset.classes.length, shape: [...dataset.shape] },
      device,
      workers,
      threads,
      versions: versions(),
    };
    const interpreter = await runInterpreter(description);
    const run = createRun(folder, description);
    own(() => run.close());
    return work(run, { model, trainer, interpreter, dataset }, settings, clock, options, false);
  });
}

function refuseOtherModel({ model }: RunDescription, found: ReadyModel): void {
  const { served } = model;
  if (served !== undefined) {
    // The file behind a server is not seen: its name has to do.
    if (found.served !== null && found.served.model === served.model) return;
    fail(
      'input',
      `The run was made with the model ${served.model} served at ${served.address}, not ${found.name}. Give its address now with --model http://HOST:PORT/v1#NAME.`,
    );
  }
  if (found.served === null && found.hash === model.hash) return;
  fail(
    'input',
    `The run was made with the model ${model.name} (SHA-256 ${model.hash}); ${found.name} has ${found.hash ?? 'none that a server tells'}. Give the same file; on the command line with --model FILE.`,
  );
}

function refuseOtherDataset({ dataset }: RunDescription, found: Dataset): void {
  if (found.hash === dataset.hash) return;
  fail(
    'input',
    `The run was made with the dataset ${dataset.name} (SHA-256 ${dataset.hash}); ${found.name} has ${found.hash}. Give the same images with --dataset NAME.`,
  );
}

function warnOfOtherVersions(description: RunDescription, onEvent: SearchRunOptions['onEvent']): void {
  const now = versions();
  const changed = Object.entries(description.versions).filter(
    ([name, version]) => name !== 'node' && now[name] !== version,
  );
  for (const [name, version] of changed) {
    const message = `The run was started with ${name} ${version}; this is ${now[name] ?? 'without it'}. Results may differ in their last digits.`;
    onEvent?.({ type: 'warning', message });
  }
}

/** What was allowed when the run began holds for its address, not for another. */
function servedNow({ model }: RunDescription, { served }: Settings, request: ResumedSearch): Settings['served'] {
  const isSame = request.model === undefined || request.model === model.file;
  return { ...served, allowRemote: request.allowRemote === true || (isSame && served.allowRemote) };
}

/**
 * Goes on with a run at its first missing step, with the settings it was created with. Rejects when the model or the
 * dataset is another one, when a process writes the run, or when there is no run (`input`, `run-locked`, `run`).
 */
export async function resumeSearch(request: ResumedSearch, options: SearchRunOptions = {}): Promise<SearchOutcome> {
  const clock = stageClock();
  return withEnding(async (own) => {
    const run = openRun(request.folder);
    own(() => run.close());
    const { description } = run;
    const settings = { ...parseSettings(description.settings) };
    const place = request.model ?? description.model.file ?? embeddedModelFile();
    const chat = description.model.form === 'chat' ? 'on' : 'off';
    const now = { ...settings, served: servedNow(description, settings, request) };
    const model = await loadModel(place, chat, now, description.model, options);
    own(() => model.close());
    refuseOtherModel(description, model);
    const dataset = await loadDataset(request.dataset ?? description.dataset.name, options);
    refuseOtherDataset(description, dataset);
    warnOfOtherVersions(description, options.onEvent);
    settings.dataset = dataset.name;
    // As the run fixed it when it began.
    const device = trainingDevice(description.device);
    const workers = request.workers ?? workersOf(settings, device);
    const trainer = await createTrainerPool({ workers, threads: description.threads, device });
    own(() => trainer.close());
    const interpreter = await runInterpreter(description);
    return work(run, { model, trainer, interpreter, dataset }, settings, clock, options, true);
  });
}
