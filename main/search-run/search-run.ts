/**
 * One search under way: puts the real parts together and runs it over a run folder, new or resumed. Every state is kept
 * in the run, so stopping at any point loses nothing.
 */

import { currentArithmetic } from '../../core/autodiff/emitter.ts';
import { fail } from '../../core/failure.ts';
import type { EndableInterpreter } from '../../core/search/ports.ts';
import { checkChoices } from '../../core/search/search.ts';
import type { Settings } from '../../core/search/settings.ts';
import { deviceOf } from '../../core/training/devices/table.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { openDataset } from '../datasets/registry.ts';
import { embeddedModelFile } from '../llm/embedded.ts';
import { versions } from '../package-folder.ts';
import { readPromptSet } from '../prompt-sets.ts';
import { readingThread } from '../reading/reading-thread.ts';
import { endableRunInterpreter } from '../run-interpreter.ts';
import { releaseRunFolder } from '../run-name.ts';
import { stageClock } from '../stage-clock.ts';
import { type RunDescription, settingsOfRun } from '../store/run-description.ts';
import { createRun, openRun, refuseOccupied } from '../store/run-folder.ts';
import { refuseForeign, usualRunsFolder } from '../store/trust.ts';
import { trainingDevice } from '../training/devices.ts';
import { createTrainerPool } from '../training/pool.ts';
import { finishedBefore } from './finished-run.ts';
import { loadModel, modelRecord, refuseOtherModel, servedNow } from './model.ts';
import type { NewSearch, ResumedSearch, SearchOutcome, SearchRunOptions } from './request.ts';
import { work } from './stretches.ts';
import { workersOf } from './workers.ts';

/**
 * Refuses settings that cannot be run here, before anything is loaded.
 * `trainingImages`: those of the dataset, the held-out ones counted.
 * @throws FailureError (`usage`, `unsupported`, `input`) naming the setting
 */
export function checkSearch(settings: Settings, trainingImages: number): void {
  checkChoices(settings, readPromptSet(settings.promptSet), trainingImages - settings.validationImages);
}

async function loadDataset(name: string, options: SearchRunOptions): Promise<Dataset> {
  options.signal?.throwIfAborted();
  options.onEvent?.({ type: 'loading', part: 'dataset', name, share: 0 });
  return openDataset(name);
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

/** The run's interpreter, in a thread that can be ended. */
function runReading(description: RunDescription, own: (end: () => unknown) => void): EndableInterpreter {
  const thread = readingThread();
  own(() => thread.close());
  return endableRunInterpreter(description, thread);
}

/**
 * Starts a search in a new folder. Rejects for wrong settings, a missing model or dataset, an occupied folder
 * (FailureErrors of kind `usage`, `input`, `unsupported`, `file`, `dataset`, `run`).
 */
export async function startSearch(request: NewSearch, options: SearchRunOptions = {}): Promise<SearchOutcome> {
  try {
    return await startInFolder(request, options);
  } catch (error) {
    if (request.reserved === true) releaseRunFolder(request.folder);
    throw error;
  }
}

async function startInFolder(
  { folder, settings, preset }: NewSearch,
  options: SearchRunOptions,
): Promise<SearchOutcome> {
  const clock = stageClock();
  const device = deviceOf(settings.trainer.device);
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
    const trainer = await createTrainerPool({ workers, threads, device, arithmetic: currentArithmetic });
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
      arithmetic: currentArithmetic,
      versions: versions(),
    };
    const interpreter = runReading(description, own);
    const run = createRun(folder, description);
    own(() => run.close());
    return work(run, { model, trainer, interpreter, dataset }, settings, clock, options, false);
  });
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

/** @throws FailureError (`untrusted`, `run`) before anything is loaded or written */
async function onlyTrusted({ folder, runsFolder }: ResumedSearch): Promise<void> {
  const run = openRun(folder, { readOnly: true });
  try {
    refuseForeign(run, runsFolder ?? usualRunsFolder());
  } finally {
    await run.close();
  }
}

/**
 * Goes on with a run at its first missing step, with the settings it was created with; what faults set aside is tried
 * again, weights that are lost are trained again (core/search/again.ts). Rejects when the model or the
 * dataset is another one, when a process writes the run, or when there is no run (`input`, `run-locked`, `run`).
 */
export async function resumeSearch(request: ResumedSearch, options: SearchRunOptions = {}): Promise<SearchOutcome> {
  const clock = stageClock();
  const before = await finishedBefore(request, options);
  if (before !== null) return before;
  await onlyTrusted(request);
  return withEnding(async (own) => {
    const run = openRun(request.folder);
    own(() => run.close());
    const { description } = run;
    const settings = { ...settingsOfRun(description, run.folder) };
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
    const trainer = await createTrainerPool({
      workers,
      threads: description.threads,
      device,
      arithmetic: description.arithmetic ?? 1,
    });
    own(() => trainer.close());
    const interpreter = runReading(description, own);
    return work(run, { model, trainer, interpreter, dataset }, settings, clock, options, true);
  });
}
