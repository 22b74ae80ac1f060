/** `search --settings`: every setting by path, with its value under the given options and the sentence that explains it. */
import { fail } from '../../../core/failure.ts';
import { settingDescriptions } from '../../../core/search/setting-paths.ts';
import type { Settings } from '../../../core/search/settings.ts';
import type { CommandContext, CommandResult } from './command.ts';
import { chosenSettings } from './search-settings.ts';

/** The value at a dotted path. Paths come from the schema, so one that leads nowhere is our own mistake. */
function valueAt(settings: Settings, path: string): unknown {
  let value: unknown = settings;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !(key in value)) {
      return fail('internal', `There is no setting ${path}.`);
    }
    value = Object.entries(value).find(([name]) => name === key)?.[1];
  }
  return value;
}

export function settingsList(options: CommandContext['options']): CommandResult {
  if (options.resume !== undefined) {
    return fail(
      'usage',
      '--settings lists what a new search would use; for a run, see `llmatic runs show RUN --json`.',
    );
  }
  const { preset, settings } = chosenSettings(options);
  const rows = settingDescriptions.map(({ path, sentence }) => ({ path, value: valueAt(settings, path), sentence }));
  const lines = rows.flatMap(({ path, value, sentence }) => [`${path}=${JSON.stringify(value)}`, `    ${sentence}`]);
  return { json: { preset, settings: rows }, text: [`Preset ${preset}`, '', ...lines] };
}
