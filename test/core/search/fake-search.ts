/** Whole searches over stand-ins: small settings, a run to its end or its death. */
import type { SearchEvent } from '../../../core/search/events.ts';
import type { EndableInterpreter } from '../../../core/search/ports.ts';
import { presets } from '../../../core/search/presets.ts';
import { runSearch } from '../../../core/search/search.ts';
import { applySettings } from '../../../core/search/setting-paths.ts';
import type { Settings } from '../../../core/search/settings.ts';
import {
  fakeModel,
  fakeTrainer,
  interpreter,
  type MemoryStore,
  type ModelScript,
  type TrainerScript,
} from './fakes.ts';
import { paperPrompts } from './paper-prompts.ts';

export function settingsFor(...assignments: string[]): Settings {
  return applySettings(presets.demo, [
    'generations=4',
    'offspring=6',
    'initialisation.networks=4',
    'networkArchive.niches=20',
    'networkArchive.samples=200',
    'promptArchive.niches=20',
    'promptArchive.samples=200',
    'operators.drawnPer=offspring',
    ...assignments,
  ]);
}

export function run(
  settings: Settings,
  store: MemoryStore,
  model: ModelScript = {},
  trainer: TrainerScript = {},
  more: { onEvent?: (event: SearchEvent) => void; signal?: AbortSignal; interpreter?: EndableInterpreter } = {},
) {
  const parts = { model: fakeModel(model), trainer: fakeTrainer(trainer) };
  const summary = runSearch({ settings, prompts: paperPrompts, interpreter, store, ...parts, ...more });
  return { ...parts, summary };
}

export async function finished(...input: Parameters<typeof run>) {
  const { summary, ...parts } = run(...input);
  return { ...parts, summary: await summary, store: input[1] };
}
