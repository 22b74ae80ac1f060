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
  if (!isServed(place)) return createLanguageModel({ file: place, trials: keptTrials(), ...options });
  const { chat, signal, mode } = options;
  if (mode === 'fast') {
    fail(
      'usage',
      `generation.mode cannot be fast with the model ${place}: how many texts are written at once is its server's affair. Set it to reproducible (leave --fast out).`,
    );
  }
  return openServedModel({
    address: place,
    ...served,
    allowRemote: served.allowRemote ?? false,
    ...(chat === undefined ? {} : { chat }),
    ...(signal === undefined ? {} : { signal }),
    ...(onTokens === undefined ? {} : { onTokens }),
  });
}

/** Refuses what is no address, or is not allowed, before anything is asked. @throws FailureError `usage` */
export function checkAddress(place: string, { allowRemote }: Pick<Settings['served'], 'allowRemote'>): void {
  requireAllowed(parseAddress(place), allowRemote);
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
