/** `search --settings`: every setting by path, with its value under the given options and the sentence that explains it. */
import { fail } from '../../../core/failure.ts';
import { valueOfSetting } from '../../../core/search/setting-path.ts';
import { settingDescriptions } from '../../../core/search/setting-paths.ts';
import type { CommandContext, CommandResult } from './command.ts';
import { chosenSettings } from './search-settings.ts';

export function settingsList(options: CommandContext['options']): CommandResult {
  if (options.resume !== undefined) {
    return fail(
      'usage',
      '--settings lists what a new search would use; for a run, see `llmatic runs show RUN --json`.',
    );
  }
  const { preset, settings } = chosenSettings(options);
  const rows = settingDescriptions.map(({ path, sentence }) => ({
    path,
    value: valueOfSetting(settings, path),
    sentence,
  }));
  const lines = rows.flatMap(({ path, value, sentence }) => [`${path}=${JSON.stringify(value)}`, `    ${sentence}`]);
  return { json: { preset, settings: rows }, text: [`Preset ${preset}`, '', ...lines] };
}
