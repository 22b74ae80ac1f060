/**
 * Which calls are heavy: they start processes, load libraries, read whole files or fill the engine's own time. Each has a
 * kind whose pieces come in turns, so that whoever asks a thousand times costs no more than one who asks once. Every call
 * has a row; one without does not compile.
 */
import type { CallName } from '../../core/contract.ts';
import type { TurnLimits } from './turns.ts';

const kinds = {
  verifications: { atOnce: 1, waiting: 16 },
  'looks at models and checkpoints': { atOnce: 2, waiting: 32 },
  exports: { atOnce: 1, waiting: 16 },
  imports: { atOnce: 1, waiting: 4 },
  archives: { atOnce: 1, waiting: 64 },
  lists: { atOnce: 2, waiting: 16 },
  estimates: { atOnce: 1, waiting: 8 },
  'questions to servers': { atOnce: 4, waiting: 16 },
} as const satisfies Readonly<Record<string, TurnLimits>>;

export type HeavyKind = keyof typeof kinds;

export const heavyKinds: Readonly<Record<HeavyKind, TurnLimits>> = kinds;

/** Null: answered at once. Searches and conversions have bounds of their own, since they last. */
export const heavyCalls: { readonly [N in CallName]: HeavyKind | null } = {
  'app.describe': null,
  'app.doctor': 'lists',
  'models.list': 'lists',
  'models.inspect': 'looks at models and checkpoints',
  'models.served': 'questions to servers',
  'conversions.check': 'looks at models and checkpoints',
  'conversions.start': null,
  'conversions.list': null,
  'conversions.cancel': null,
  'conversions.forget': null,
  'prompts.list': null,
  'prompts.check': null,
  'prompts.preview': null,
  'prompts.import': null,
  'datasets.list': 'lists',
  'datasets.importers': null,
  'datasets.import': 'imports',
  'search.form': 'lists',
  'search.check': null,
  'search.estimate': 'estimates',
  'search.start': null,
  'search.pause': null,
  'search.resume': null,
  'search.stop': null,
  'runs.list': null,
  'runs.open': null,
  'runs.forget': null,
  'runs.get': null,
  'runs.archives': 'archives',
  'runs.candidates': null,
  'runs.candidate': null,
  'runs.source': null,
  'runs.difference': null,
  'runs.verify': 'verifications',
  'runs.trust': 'verifications',
  'runs.export': 'exports',
};
