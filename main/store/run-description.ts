/** What is fixed when a run is created, and what each process that worked on it leaves behind. */
import * as z from 'zod';
import { runImagesSchema, runPartsSchema } from '../../core/search/run-parts.ts';

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

/** Seconds by stage: `generate`, `interpret`, `train` (sum over workers), `total` (wall clock). */
export const stageSecondsSchema = z.record(z.string(), z.number());

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
