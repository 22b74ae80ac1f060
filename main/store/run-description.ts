/** What is fixed when a run is created, and what each process that worked on it leaves behind. */
import * as z from 'zod';
import { leversSchema } from '../../core/search/model-profile.ts';

export const runDescriptionSchema = z.object({
  /** The settings of the search, whole: core/search/settings.ts reads them. */
  settings: z.record(z.string(), z.json()),
  /** The preset they started from; null for a configuration of one's own. */
  preset: z.string().nullable(),
  seed: z.int(),
  /** The prompt set, whole: editing the file later does not change the run. */
  prompts: z.json(),
  model: z.object({
    /** As given on the command line; null for the embedded model. */
    file: z.string().nullable(),
    name: z.string(),
    /** SHA-256 of the file. */
    hash: z.string(),
    contextLength: z.int(),
    /** What the setting profile came to for this model; absent in runs made before there were levers: none. */
    levers: leversSchema.optional(),
    /** How the machine ran it when the run was begun; absent from runs of earlier versions. */
    how: z
      .object({ threads: z.int().min(1), fixed: z.object({ batch: z.int().min(1), gpuLayers: z.int().min(0) }) })
      .optional(),
    /** How it is asked, fixed when the run begins; runs of before there were chats completed a text. */
    form: z.enum(['chat', 'completion']).default('completion'),
  }),
  dataset: z.object({ name: z.string(), hash: z.string(), classes: z.int(), shape: z.array(z.int()) }),
  /** Device, workers and threads: fixed, since sums in another order round differently. */
  device: z.string(),
  workers: z.int(),
  threads: z.int(),
  versions: z.record(z.string(), z.string()),
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
