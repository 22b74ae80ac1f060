/** Runs as a door sees them: a row of the list, and everything about one run but its candidates. */
import * as z from 'zod';
import { listedPlaceSchema } from '../names.ts';
import { countsSchema, standingSchema } from '../search/events.ts';
import { promptFiguresSchema } from '../search/prompt-figures.ts';
import { runImagesSchema, runPartsSchema } from '../search/run-parts.ts';
import { settingsSchema } from '../search/settings.ts';
import { contractFailureSchema } from './failure.ts';

/**
 * Names a run: the name of its folder where that lies in the runs folder, else its absolute path. It can stand in an
 * address and opens the same run again.
 */
export const runIdSchema = listedPlaceSchema;

const runStateSchema = z.enum([
  /** Model, dataset and trainers are being made ready. */
  'starting',
  'running',
  /** Holds its model and its place; resuming is immediate. */
  'paused',
  /** Saves the step under way and ends. */
  'stopping',
  'finished',
  /** Stopped, or its process was killed; can be resumed. */
  'interrupted',
  /** Ended by a failure; can be resumed once its cause is gone. */
  'failed',
  /** Another process writes it: it can be watched, not steered. */
  'elsewhere',
  /** Its folder cannot be read; `problem` says why. */
  'unreadable',
]);

export type RunState = z.infer<typeof runStateSchema>;

const bestSchema = z.object({
  network: z.string(),
  fitness: z.number(),
  /** Share of test images classified right, 0 to 1; null where it was not measured. */
  testAccuracy: z.number().nullable(),
});

export const runRowSchema = z.object({
  id: runIdSchema,
  folder: z.string(),
  /** ISO 8601; empty where the folder cannot be read. */
  created: z.string(),
  preset: z.string().nullable(),
  seed: z.int(),
  strategy: z.string(),
  model: z.string(),
  dataset: z.string(),
  state: runStateSchema,
  /** Generations whose offspring are all inserted, and how many there will be. */
  generations: z.object({ done: z.int(), planned: z.int() }),
  /** Offspring of a generation. */
  offspring: z.int(),
  /** Candidates proposed so far, the initial network counted. */
  candidates: z.int(),
  /** Candidates whose life has ended, the initial network counted: what progress is measured in. */
  ended: z.int(),
  niches: z.int(),
  filled: z.int(),
  qdScore: z.number(),
  initial: bestSchema.nullable(),
  best: bestSchema.nullable(),
  /** Wall-clock seconds of all processes that worked on it. */
  seconds: z.number(),
  /** Candidates that faults of the machine set aside; resuming tries them again. */
  setAside: z.int(),
  /** Whether LLMatic left it so here, for this person; one from elsewhere is for reading only. */
  trusted: z.boolean(),
  /** What has to be said of it wherever it is shown (core/search/run-notes.ts). */
  notes: z.array(z.string()),
  /** Why it failed or cannot be read. */
  problem: contractFailureSchema.nullable(),
});

export type RunRow = z.infer<typeof runRowSchema>;

/** Where the archives stood after a generation; -1 is the initial network's. */
const historyEntrySchema = z.object({
  generation: z.int(),
  ...standingSchema.shape,
  ...countsSchema.shape,
  /** Best fitness among the offspring of this generation alone. */
  bestOfGeneration: z.number().nullable(),
});

export type HistoryEntry = z.infer<typeof historyEntrySchema>;

export const runDetailSchema = z.object({
  row: runRowSchema,
  /** The settings it was created with, as this version reads them. */
  settings: settingsSchema,
  ...runPartsSchema.shape,
  images: runImagesSchema,
  /** Prompts of the mutation operator, in the order of the archive's axis. */
  prompts: z.array(z.object({ id: z.string(), text: z.string() })),
  history: z.array(historyEntrySchema),
  counts: z.object({
    ...countsSchema.shape,
    /** Offspring that became elites of the network archive when they were inserted. */
    added: z.int(),
    /** Candidates refused, by the kind of the reason; those that a fault of the machine set aside are none. */
    refused: z.record(z.string(), z.int()),
  }),
  /** What became of the offspring of each prompt. */
  byPrompt: z.array(promptFiguresSchema),
  sessions: z.array(
    z.object({
      started: z.string(),
      ended: z.string().nullable(),
      outcome: z.string().nullable(),
      seconds: z.record(z.string(), z.number()),
    }),
  ),
});

export type RunDetail = z.infer<typeof runDetailSchema>;
