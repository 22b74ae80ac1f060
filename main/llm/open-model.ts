/** A model wherever it runs: a file in a process of LLMatic's own, or served by another program at an address. */
import { fail } from '../../core/failure.ts';
import { type Levers, leversOf, type Profile } from '../../core/search/model-profile.ts';
import { isServed } from '../../core/search/served-address.ts';
import type { Settings } from '../../core/search/settings.ts';
import { createLanguageModel, type LanguageModelOptions, type LocalLanguageModel } from './language-model.ts';
import { isGeneral } from './profile/general.ts';
import { parseAddress, requireAllowed } from './served/address.ts';
import { openServedModel, type ServedLanguageModel, type ServedModelOptions } from './served/served-model.ts';
import { keptTrials } from './threads/kept-trials.ts';
import { fromTokenBoundary } from './token-boundary.ts';

export type ReadyModel = LocalLanguageModel | ServedLanguageModel;

/** How a served model is asked; the rest of the options is for a file. */
export type ServedChoice = Partial<Settings['served']> & Pick<ServedModelOptions, 'onTokens'>;

/**
 * Opens the model in a file, or at an address.
 * @throws as {@link createLanguageModel} or {@link openServedModel}
 */
export async function openModelAt(
  place: string,
  { onTokens, ...served }: ServedChoice,
  options: Omit<LanguageModelOptions, 'file'>,
): Promise<ReadyModel> {
  if (!isServed(place)) {
    return fromTokenBoundary(await createLanguageModel({ file: place, trials: keptTrials(), ...options }));
  }
  checkHow(place, options);
  const { chat, signal } = options;
  const model = await openServedModel({
    address: place,
    ...served,
    allowRemote: served.allowRemote ?? false,
    ...(chat === undefined ? {} : { chat }),
    ...(signal === undefined ? {} : { signal }),
    ...(onTokens === undefined ? {} : { onTokens }),
  });
  return fromTokenBoundary(model);
}

/** Refuses what only the server decides. @throws FailureError `usage` naming the setting */
function checkHow(place: string, { mode, threads = null }: Pick<LanguageModelOptions, 'mode' | 'threads'>): void {
  if (mode === 'fast') {
    fail(
      'usage',
      `generation.mode cannot be fast with the model ${place}: how many texts are written at once is its server's affair. Set it to reproducible (leave --fast out).`,
    );
  }
  if (threads !== null) {
    fail(
      'usage',
      `generation.threads cannot be ${threads} with the model ${place}: its server chooses its threads. Set it to null (leave --threads out).`,
    );
  }
}

/**
 * Refuses what is no address, or is not allowed, or asks for what a server cannot be told, before anything is sent.
 * @throws FailureError `usage`, `remote-address` naming the setting
 */
export function checkServed(place: string, { served, generation }: Pick<Settings, 'served' | 'generation'>): void {
  requireAllowed(parseAddress(place), served.allowRemote);
  checkHow(place, generation);
}

/**
 * The levers of a profile for a model.
 * @throws FailureError `usage` where one is asked for that cannot be applied to it
 */
export function leversFor(profile: Profile, model: ReadyModel): Levers {
  return model.served === null
    ? leversOf(profile, isGeneral(model.description))
    : leversOf(profile, true, model.unable);
}
