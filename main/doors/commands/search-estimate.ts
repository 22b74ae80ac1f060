/** `search --estimate`, and what a search of hours says before it starts: time and disk, and how to make it smaller. */
import { fail } from '../../../core/failure.ts';
import { type Estimate, estimateWords } from '../../../core/search/estimate.ts';
import type { Settings } from '../../../core/search/settings.ts';
import { estimateSearch } from '../../estimate/estimate-search.ts';
import type { CommandContext, CommandResult } from './command.ts';
import { chosenSettings } from './search-settings.ts';

/** Lines that people read: the range, how it is known, and what would be smaller. */
function estimateLines(estimate: Estimate): string[] {
  const { networks, steps, basis, smaller } = estimate;
  const counted = `${networks.toLocaleString('en')} networks of ${steps.toLocaleString('en')} training steps each`;
  return [
    `This search takes ${estimateWords(estimate)} (${counted}).`,
    basis,
    ...(smaller.length === 0 ? [] : [`Smaller: ${smaller.join('; ')}.`]),
  ];
}

/** `search --estimate`: what a search with these options would take. */
export async function estimated({ options, signal }: CommandContext): Promise<CommandResult> {
  if (options.resume !== undefined) {
    fail('usage', '--estimate is about a new search; one that goes on tells the time left as it goes. Leave it out.');
  }
  const { preset, settings } = chosenSettings(options);
  const estimate = await estimateSearch(settings, true, signal);
  return { json: { preset, ...estimate }, text: estimateLines(estimate) };
}

/** A search of hours says so before it starts; what keeps it from being known keeps the search too, which tells. */
export async function tellEstimate(settings: Settings, { signal, say, event }: CommandContext): Promise<void> {
  try {
    const estimate = await estimateSearch(settings, false, signal);
    if (estimate.measured === null) return;
    event({ type: 'estimate', ...estimate });
    for (const line of estimateLines(estimate)) say(line);
  } catch {
    signal.throwIfAborted();
  }
}
