/** A request for a new search as settings and a folder, checked before anything is loaded. */
import { join } from 'node:path';
import type { ContractFailure } from '../../core/contract/failure.ts';
import { toContractFailure } from '../../core/contract/failure.ts';
import type { SearchRequest } from '../../core/contract/settings.ts';
import { fail } from '../../core/failure.ts';
import { presetNames, presets } from '../../core/search/presets.ts';
import { isServed } from '../../core/search/served-address.ts';
import { changeSettings } from '../../core/search/setting-paths.ts';
import type { Settings } from '../../core/search/settings.ts';
import { datasetEntry } from '../datasets/registry.ts';
import { readModelFile } from '../llm/model-file.ts';
import { checkServed } from '../llm/open-model.ts';
import { reservedRunFolder } from '../run-name.ts';
import { checkSearch } from '../search-run/search-run.ts';

export interface AcceptedRequest {
  readonly preset: string;
  readonly settings: Settings;
}

/** @throws FailureError (`usage`, `input`, `unsupported`, `file`, `model-file`, `dataset`) with the remedy */
export async function acceptRequest(request: SearchRequest, home: string): Promise<AcceptedRequest> {
  const preset = presetNames.find((name) => name === request.preset);
  if (preset === undefined) {
    return fail('usage', `There is no preset ${JSON.stringify(request.preset)}. There is: ${presetNames.join(', ')}.`);
  }
  const settings = changeSettings(presets[preset], request.changes);
  const dataset = await datasetEntry(settings.dataset, home);
  checkSearch(settings, dataset.train);
  const { model } = settings;
  if (model !== null && isServed(model)) checkServed(model, settings);
  else if (model !== null) await readModelFile(model);
  return { preset, settings };
}

/**
 * The folder that a request's run goes to; one without a name is reserved at once.
 * `isTaken`: whether a run lies in a folder or is about to.
 * @throws FailureError (`run`, `file`) where the name is taken, or no folder can be made
 */
export function folderOfRequest(
  { name, preset }: SearchRequest,
  runsFolder: string,
  isTaken: (folder: string) => boolean,
): string {
  if (name === null) return reservedRunFolder(runsFolder, preset, isTaken);
  return namedFolder(name, runsFolder, isTaken);
}

/** Refuses a name that is taken. @throws FailureError (`run`) */
export function namedFolder(name: string, runsFolder: string, isTaken: (folder: string) => boolean): string {
  const folder = join(runsFolder, name);
  if (isTaken(folder)) fail('run', `There is a run named ${name} already. Choose another name.`);
  return folder;
}

/** The failure of a check, with the setting it is about where the sentence begins with its path. */
export function checkFailure(error: unknown, { changes }: SearchRequest): ContractFailure {
  const failure = toContractFailure(error);
  const path = Object.keys(changes).find((name) => failure.message.startsWith(`${name} `));
  return path === undefined ? failure : { ...failure, data: { ...failure.data, path } };
}
