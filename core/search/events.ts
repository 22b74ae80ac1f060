/** What a search tells while it runs, in order; a door shows them, writes them as JSON lines, or both. */
import * as z from 'zod';
import { failureSchema } from '../failure.ts';
import { splitScoresSchema } from '../training/job.ts';
import { candidateIdSchema, insertedSchema, measuresSchema, proposedSchema, repairStateSchema } from './candidate.ts';

export const standingSchema = z.object({
  /** Elite of highest fitness; null while the archive is empty. */
  best: z.object({ network: candidateIdSchema, fitness: z.number() }).nullable(),
  /** Filled niches, and their share of all. */
  filled: z.int(),
  coverage: z.number(),
  /** Sum of the elites' fitness less the offset, as pyribs defines it. */
  qdScore: z.number(),
  promptsFilled: z.int(),
});

export const countsSchema = z.object({
  /** Offspring that the model wrote. */
  generated: z.int(),
  /** Offspring accepted by the interpreter and trained without diverging. */
  trainable: z.int(),
  /** Offspring accepted by the interpreter as they were written, and those that only repairs make acceptable. */
  readable: z.int(),
  repairable: z.int(),
  /** Trainable networks by hash, each once. */
  distinct: z.int(),
  /** Trainings that were run, reused results not counted. */
  trained: z.int(),
  /** Trainings that diverged: their loss was no number any more. */
  diverged: z.int(),
  /** Candidates set aside because of a fault. */
  setAside: z.int(),
});

const resultOfNetworkSchema = z.object({
  network: candidateIdSchema,
  fitness: z.number(),
  accuracy: splitScoresSchema,
});

const searchSummarySchema = z.object({
  /** Null where the initial network was set aside or diverged. */
  initial: resultOfNetworkSchema.nullable(),
  best: resultOfNetworkSchema.nullable(),
  coverage: z.number(),
  qdScore: z.number(),
  filled: z.int(),
  promptsFilled: z.int(),
  ...countsSchema.shape,
  generations: z.int(),
  /** Sums over the candidates; information only. */
  seconds: z.object({ generate: z.number(), train: z.number() }),
});

export const searchEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('started'),
    seed: z.int(),
    strategy: z.string(),
    generations: z.int(),
    offspring: z.int(),
    model: z.string(),
    dataset: z.string(),
    /** Whether the store already held candidates. */
    resumed: z.boolean(),
  }),
  z.object({
    type: z.literal('generation-started'),
    generation: z.int(),
    /** `initialisation` until an archive is full enough, then `evolution`. */
    phase: z.enum(['initialisation', 'evolution']),
    offspring: z.int(),
  }),
  z.object({
    type: z.literal('proposed'),
    id: candidateIdSchema,
    generation: z.int(),
    index: z.int(),
    operator: proposedSchema.shape.operator,
    parents: proposedSchema.shape.parents,
    individual: proposedSchema.shape.individual,
    selection: proposedSchema.shape.selection,
  }),
  z.object({
    type: z.literal('generated'),
    id: candidateIdSchema,
    text: z.string(),
    tokens: z.int(),
    seconds: z.number(),
    failure: failureSchema.nullable(),
  }),
  z.object({
    type: z.literal('interpreted'),
    id: candidateIdSchema,
    hash: z.string().nullable(),
    measures: measuresSchema.nullable(),
    repair: repairStateSchema.nullable(),
    /** Why it is no network, null for an accepted one. */
    reason: failureSchema.nullable(),
  }),
  z.object({
    type: z.literal('training-progress'),
    id: candidateIdSchema,
    step: z.int(),
    steps: z.int(),
    epoch: z.int(),
    loss: z.number(),
  }),
  z.object({
    type: z.literal('trained'),
    id: candidateIdSchema,
    sameAs: candidateIdSchema.nullable(),
    status: z.enum(['trained', 'diverged', 'fault']),
    fitness: z.number().nullable(),
    accuracy: splitScoresSchema.nullable(),
    seconds: z.number().nullable(),
    /** Message of a fault. */
    message: z.string().nullable(),
  }),
  z.object({ type: z.literal('inserted'), id: candidateIdSchema, ...insertedSchema.omit({ step: true }).shape }),
  /** A resumed search did something again: tried a candidate that a fault had set aside, or trained lost weights. */
  z.object({
    type: z.literal('again'),
    id: candidateIdSchema,
    what: z.enum(['candidate', 'weights']),
    /** Whether it came through this time. */
    done: z.boolean(),
    /** Candidates that were made without it and are made again. */
    takenBack: z.int(),
    message: z.string(),
  }),
  z.object({
    type: z.literal('generation-finished'),
    generation: z.int(),
    /** True when a resumed run read all of it from the store. */
    stored: z.boolean(),
    ...standingSchema.shape,
    ...countsSchema.shape,
  }),
  z.object({ type: z.literal('finished'), summary: searchSummarySchema }),
]);

export type SearchEvent = z.infer<typeof searchEventSchema>;
export type SearchSummary = z.infer<typeof searchSummarySchema>;
export type Standing = z.infer<typeof standingSchema>;
export type Counts = z.infer<typeof countsSchema>;
