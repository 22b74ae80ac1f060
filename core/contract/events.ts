/** What the engine tells without being asked. */
import * as z from 'zod';
import { searchEventSchema } from '../search/events.ts';
import { candidateRowSchema } from './candidates.ts';
import { conversionSchema } from './models.ts';
import { runIdSchema, runRowSchema } from './runs.ts';

/** What a search under way tells: its own events, and those of the parts around it. */
const runEventSchema = z.discriminatedUnion('type', [
  ...searchEventSchema.options,
  /** Parts being made ready; `share` of a model's file from 0 to 1. */
  z.object({
    type: z.literal('loading'),
    part: z.enum(['model', 'dataset']),
    name: z.string(),
    share: z.number(),
  }),
  /** The run folder is there and locked: from here on a kill loses nothing. */
  z.object({
    type: z.literal('run'),
    run: z.string(),
    resumed: z.boolean(),
    workers: z.int(),
    /** What earlier stretches of work came to. */
    before: z.object({
      /** Worked, by the clock. */
      seconds: z.number(),
      /** Offspring of which nothing is left to do but their insertion. */
      ended: z.int(),
      /** Fitness of the initial network; null where it has none yet. */
      initial: z.number().nullable(),
    }),
  }),
  z.object({ type: z.literal('warning'), message: z.string() }),
]);

export type RunEvent = z.infer<typeof runEventSchema>;

export const contractEventSchema = z.discriminatedUnion('type', [
  /** A run appeared, or its row changed; at most a few times a second for each run. */
  z.object({ type: z.literal('run-changed'), row: runRowSchema }),
  z.object({ type: z.literal('run-removed'), run: runIdSchema }),
  /** Candidates of a search under way that changed since the last telling, as they are now; a few times a second. */
  z.object({ type: z.literal('candidates-changed'), run: runIdSchema, candidates: z.array(candidateRowSchema) }),
  /** A conversion began, went on or ended; at most a few times a second for each. */
  z.object({ type: z.literal('conversion-changed'), conversion: conversionSchema }),
  z.object({ type: z.literal('conversion-removed'), conversion: z.string() }),
  /** Progress of trainings is thinned out; every other event of the search is passed on, in order. */
  z.object({ type: z.literal('run-event'), run: runIdSchema, event: runEventSchema }),
]);

export type ContractEvent = z.infer<typeof contractEventSchema>;
