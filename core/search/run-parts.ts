/** The parts a run was begun with, as its folder keeps them and as a door shows them: each field is written once, here. */
import * as z from 'zod';
import { leversSchema } from './model-profile.ts';

export const runModelSchema = z.object({
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
});

export const runPartsSchema = z.object({
  model: runModelSchema,
  /** Device, workers and threads: fixed, since sums in another order round differently. */
  device: z.string(),
  workers: z.int(),
  threads: z.int(),
  versions: z.record(z.string(), z.string()),
});

/** The images a run trains on. */
export const runImagesSchema = z.object({
  name: z.string(),
  hash: z.string(),
  classes: z.int(),
  /** [channels, height, width] */
  shape: z.array(z.int()),
});
