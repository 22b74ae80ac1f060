/** The language model of a run: loaded, recorded when the run begins, held to that record when the run goes on. */
import { fail } from '../../core/failure.ts';
import type { ChatChoice, Settings } from '../../core/search/settings.ts';
import type { LanguageModelOptions } from '../llm/language-model.ts';
import { leversFor, openModelAt, type ReadyModel } from '../llm/open-model.ts';
import type { RunDescription } from '../store/run-description.ts';
import type { ResumedSearch, SearchRunOptions } from './request.ts';

/** How a run has its model run from its beginning on: sums then round the same. */
function fixedBy(earlier: RunDescription['model'] | null): Pick<LanguageModelOptions, 'threads' | 'fixed' | 'mode'> {
  if (earlier?.how === undefined) return {};
  const { threads, fixed, mode } = earlier.how;
  return { threads, fixed, mode };
}

export async function loadModel(
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
export function modelRecord(model: ReadyModel, { model: file, profile }: Settings): RunDescription['model'] {
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

export function refuseOtherModel({ model }: RunDescription, found: ReadyModel): void {
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

/** What was allowed when the run began holds for its address, not for another. */
export function servedNow({ model }: RunDescription, { served }: Settings, request: ResumedSearch): Settings['served'] {
  const isSame = request.model === undefined || request.model === model.file;
  return { ...served, allowRemote: request.allowRemote === true || (isSame && served.allowRemote) };
}
