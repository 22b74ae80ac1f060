/** Which names an imported dataset may have: they become folders, on every platform. */
import { fail } from '../../core/failure.ts';

/** Names of the datasets that come with LLMatic. */
const ownNames: readonly string[] = ['builtin'];

const allowed = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;
/** Device names that Windows keeps for itself, with or without an ending. */
const reserved = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/;

export function isDatasetName(name: string): boolean {
  return allowed.test(name) && !reserved.test(name) && !ownNames.includes(name);
}

/** The name itself. @throws FailureError `usage` when an imported dataset cannot have it */
export function checkName(name: string): string {
  if (ownNames.includes(name)) {
    fail('usage', `The name ${name} belongs to the built-in dataset. Choose another with --name.`);
  }
  if (!isDatasetName(name)) {
    fail(
      'usage',
      `${JSON.stringify(name)} cannot name a dataset: use 1 to 64 of a-z, 0-9, dot, hyphen and underscore, starting and ending with a letter or digit.`,
    );
  }
  return name;
}
