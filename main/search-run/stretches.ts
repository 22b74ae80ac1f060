/** The work on a run, stretch by stretch between its pauses; the seconds of each stage are noted in its session. */
import { join } from 'node:path';
import type { RunEvent } from '../../core/contract/events.ts';
import { failureOf } from '../../core/failure.ts';
import { faultedStep } from '../../core/search/again.ts';
import { isEnded } from '../../core/search/candidate.ts';
import type { SearchSummary } from '../../core/search/events.ts';
import { noLevers } from '../../core/search/model-profile.ts';
import type { EndableInterpreter, LanguageModel } from '../../core/search/ports.ts';
import { runSearch } from '../../core/search/search.ts';
import type { Settings } from '../../core/search/settings.ts';
import type { Trainer } from '../../core/training/job.ts';
import { nichesFor } from '../centroids/centroids.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { type Exported, exportNetwork } from '../export/export-network.ts';
import { versions } from '../package-folder.ts';
import { endedBy } from '../reading/while-needed.ts';
import { weightsOf } from '../run/outcomes.ts';
import { promptsOf, storedRun } from '../run/run.ts';
import { type StageClock, stageClock } from '../stage-clock.ts';
import type { RunStore } from '../store/run-folder.ts';
import { type SessionWriter, totalSeconds } from '../store/sessions.ts';
import type { SearchOutcome, SearchRunOptions } from './request.ts';

/** Parts that live in processes of their own, to be ended however the search ends. */
export interface Parts {
  readonly model: LanguageModel;
  readonly trainer: Trainer;
  /** Reads what models write, and back what is exported. */
  readonly interpreter: EndableInterpreter;
  readonly dataset: Dataset;
}

/** The same parts, with the seconds that their work takes added to the clock. */
function timed({ model, trainer, interpreter }: Parts, clock: StageClock): Omit<Parts, 'dataset'> {
  return {
    model: {
      ...model,
      generate: (request, signal) => clock.measure('generate', () => model.generate(request, signal)),
    },
    trainer: { ...trainer, train: (job, options) => clock.measure('train', () => trainer.train(job, options)) },
    interpreter: (text, how, signal) => clock.measure('interpret', async () => interpreter(text, how, signal)),
  };
}

/** What earlier stretches of the run came to. */
function workedBefore(run: RunStore): Extract<RunEvent, { type: 'run' }>['before'] {
  const offspring = run.candidates().filter(({ id }) => id !== 'initial');
  return {
    seconds: totalSeconds(run.sessions()).total ?? 0,
    // What a fault set aside is tried again.
    ended: offspring.filter((record) => isEnded(record) && faultedStep(record) === null).length,
    initial: run.find('initial')?.inserted?.fitness ?? null,
  };
}

/** A process that is killed loses at most so many seconds of what it worked. */
const notedEvery = 15;

/** Notes the seconds worked with the session, now and then or at once. */
function regularNotes(session: SessionWriter, clock: StageClock): (atOnce: boolean) => void {
  let last = 0;
  return (atOnce) => {
    const seconds = clock.seconds();
    const total = seconds.total ?? 0;
    if (!atOnce && total - last < notedEvery) return;
    last = total;
    // What keeps it from being written keeps the next step too, which then tells.
    session.update(seconds).catch(() => {});
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
  const workers = parts.trainer.capacity;
  const before = workedBefore(run);
  const session = await run.startSession({ versions: versions(), workers, resumed, process: process.pid });
  onEvent?.({ type: 'run', run: run.folder, resumed, workers, before });
  const note = regularNotes(session, clock);
  try {
    const { model, trainer, interpreter } = timed(parts, clock);
    const niches = await nichesFor(settings, signal);
    const summary = await runSearch({
      settings,
      prompts: promptsOf(run),
      model,
      trainer,
      interpreter,
      store: run,
      niches,
      levers: run.description.model.levers ?? noLevers,
      trainingImages: parts.dataset.train.count - settings.validationImages,
      ...(signal === undefined ? {} : { signal }),
      onEvent: (event) => {
        note(event.type === 'generation-finished');
        onEvent?.(event);
      },
    });
    const exported = await exportBest(run, summary, endedBy(signal, parts.interpreter), clock, onEvent);
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
export async function work(
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

async function exportBest(
  run: RunStore,
  { best }: SearchSummary,
  interpreter: EndableInterpreter,
  clock: StageClock,
  onEvent: SearchRunOptions['onEvent'],
): Promise<Exported | null> {
  if (best === null) return null;
  const folder = join(run.folder, 'export', 'best');
  const all = storedRun(run);
  // Weights that were lost and could not be made again: the search is through all the same.
  const hash = weightsOf(all.records.get(best.network), all.records);
  if (hash !== null && run.loadWeights(hash) === null) {
    onEvent?.({ type: 'warning', message: `The best network ${best.network} is not exported: its weights are lost.` });
    return null;
  }
  return clock.measure('export', () => exportNetwork(all, best.network, folder, interpreter, { force: true }));
}
