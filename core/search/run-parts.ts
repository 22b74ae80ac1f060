/** The parts a run was begun with, as its folder keeps them and as a door shows them: each field is written once, here. */
import * as z from 'zod';
import { leversSchema } from './model-profile.ts';
import { generationModes } from './settings.ts';

/** A model that another program served: its texts are as reproducible as that program made them. */
const servedSchema = z.object({
  /** `http://127.0.0.1:8080/v1` */
  address: z.string(),
  /** As the server calls it. */
  model: z.string(),
  /** Whether the address was another machine's, which the person allowed. */
  remote: z.boolean(),
  server: z.enum(['llama-server', 'other']),
  /** What the server said of it when the run was begun. */
  told: z.record(z.string(), z.union([z.string(), z.number()])),
});

export type ServedRecord = z.infer<typeof servedSchema>;

function servedNote({ model, address, remote }: ServedRecord): string {
  const where = remote ? `${address}, not on this machine` : address;
  return `Texts came from ${model}, served at ${where}: they are kept as they came, and another run may get others.`;
}

const runModelSchema = z.object({
  /** As given on the command line: a file or an address; null for the embedded model. */
  file: z.string().nullable(),
  name: z.string(),
  /** SHA-256 of the file; null for a served model, whose file is not seen. */
  hash: z.string().nullable(),
  /** Null where a server does not tell. */
  contextLength: z.int().nullable(),
  /** Absent where the model ran in a process of LLMatic's own. */
  served: servedSchema.optional(),
  /** What the setting profile came to for this model; absent in runs made before there were levers: none. */
  levers: leversSchema.optional(),
  /** How the machine ran it when the run was begun; absent from runs of earlier versions. */
  how: z
    .object({
      threads: z.int().min(1),
      fixed: z.object({
        batch: z.int().min(1),
        gpuLayers: z.int().min(0),
        /** Offspring written at once; 1 in runs of before there was a fast mode. */
        sequences: z.int().min(1).default(1),
      }),
      mode: z.enum(generationModes).default('reproducible'),
      /** The trial that chose the threads: tokens a second of each number; absent where they were given. */
      trial: z.array(z.object({ threads: z.int().min(1), tokensPerSecond: z.number() })).optional(),
    })
    .optional(),
  /** How it is asked, fixed when the run begins; runs of before there were chats completed a text. */
  form: z.enum(['chat', 'completion']).default('completion'),
});

export type RunModel = z.infer<typeof runModelSchema>;

const fastNote =
  'Texts were written in fast mode, several at once: they are kept as they came, and another run gets others. The run is not reproducible; it can be resumed.';

/** What is said of a run's texts wherever they are shown or checked; null where the same settings give them again. */
export function textsNote({ served, how }: Pick<RunModel, 'served' | 'how'>): string | null {
  if (served !== undefined) return servedNote(served);
  return how?.mode === 'fast' ? fastNote : null;
}

export const runPartsSchema = z.object({
  model: runModelSchema,
  /** Device, workers and threads: fixed, since sums in another order round differently. */
  device: z.string(),
  workers: z.int(),
  threads: z.int(),
  /** How gradients are summed (core/autodiff/emitter.ts), for the same reason; 1 in runs that do not say. */
  arithmetic: z.literal([1, 2]).exactOptional(),
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
