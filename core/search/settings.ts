/** Every choice of a search as data: the common ones, the strategy, and what the strategies have of their own. */
import * as z from 'zod';
import { commonSettingsShape } from './common-settings.ts';
import { type StrategyName, strategies, strategyNames } from './strategies/table.ts';
import type { StrategyRow } from './strategy.ts';

export {
  type ChatChoice,
  chatChoices,
  type GenerationMode,
  generationModes,
} from './common-settings.ts';

const { seed, ...rest } = commonSettingsShape;

/** The schema of each strategy's own settings, by its name. */
type OwnShape = { readonly [N in StrategyName]: z.ZodPrefault<(typeof strategies)[N]['settings']> };

/** The rows as far as they are alike. */
const rows: Readonly<Record<StrategyName, Pick<StrategyRow, 'settings' | 'sentence'>>> = strategies;

const ownShape = Object.fromEntries(
  strategyNames.map((name) => [name, rows[name].settings.prefault({}).describe(rows[name].sentence)]),
) as OwnShape;

export const settingsSchema = z.strictObject({
  seed,
  strategy: z.enum(strategyNames).default('llmatic').describe('How the offspring of a generation are proposed.'),
  strategies: z.strictObject(ownShape).prefault({}).describe('What each strategy lets be chosen besides.'),
  ...rest,
});

/** Every choice of a search, complete. */
export type Settings = z.infer<typeof settingsSchema>;
/** The same with any field left out. */
export type SettingsInput = z.input<typeof settingsSchema>;
