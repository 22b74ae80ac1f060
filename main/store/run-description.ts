/** What is fixed when a run is created, and what each process that worked on it leaves behind. */
import * as z from 'zod';
import { fail, failureOf } from '../../core/failure.ts';
import { runImagesSchema, runPartsSchema } from '../../core/search/run-parts.ts';
import { parseSettings } from '../../core/search/setting-paths.ts';
import type { Settings } from '../../core/search/settings.ts';
import { placesOf } from './places-of.ts';

export const runDescriptionSchema = z.object({
  /** The settings of the search, whole: core/search/settings.ts reads them. */
  settings: z.record(z.string(), z.json()),
  /** The preset they started from; null for a configuration of one's own. */
  preset: z.string().nullable(),
  seed: z.int(),
  /** The prompt set, whole: editing the file later does not change the run. */
  prompts: z.json(),
  ...runPartsSchema.shape,
  dataset: runImagesSchema,
});

export type RunDescription = z.infer<typeof runDescriptionSchema>;

/**
 * What the row of a run says. `file`: named where it is damaged.
 * @throws FailureError (`run`) naming the part
 */
export function describedBy(
  row: { readonly created: string; readonly description: string } | null,
  file: string,
): { readonly created: string; readonly description: RunDescription } {
  const lost = (why: string): never =>
    fail('run', `${file}: the description of the run is damaged: ${why}. Restore the run folder from a copy.`);
  if (row === null) return lost('it is missing');
  let value: unknown;
  try {
    value = JSON.parse(row.description);
  } catch {
    return lost('it is no JSON');
  }
  const parsed = parsedDescription(value);
  if (parsed === null) return lost('it is nested too deep');
  if (!parsed.success) return lost(`${placesOf(parsed.error)} is not what it should be`);
  return { created: row.created, description: parsed.data };
}

/**
 * The settings of a run as this version reads them. `folder`: named where they are none.
 * @throws FailureError (`run`)
 */
export function settingsOfRun({ settings }: RunDescription, folder: string): Settings {
  try {
    return parseSettings(settings);
  } catch (error) {
    const why = failureOf(error).message.replace(/^The settings are not valid\. /, '');
    return fail('run', `The settings of the run ${folder} are none that this version has: ${why}`);
  }
}

/** Null where the value is nested deeper than it can be followed. */
function parsedDescription(value: unknown) {
  try {
    return runDescriptionSchema.safeParse(value);
  } catch {
    return null;
  }
}

/** Seconds by stage: `generate`, `interpret`, `train` (sum over workers), `total` (wall clock). */
const stageSecondsSchema = z.record(z.string(), z.number());

export type StageSeconds = z.infer<typeof stageSecondsSchema>;

export const sessionSchema = z.object({
  id: z.int(),
  started: z.string(),
  /** Null while it runs, or when it was killed. */
  ended: z.string().nullable(),
  /** `finished`, `interrupted` or `failed`. */
  outcome: z.string().nullable(),
  environment: z.record(z.string(), z.json()),
  seconds: stageSecondsSchema,
});

export type Session = z.infer<typeof sessionSchema>;
