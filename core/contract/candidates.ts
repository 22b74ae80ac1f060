/** Candidates as a door shows them: a row of the list, and everything about one. */
import * as z from 'zod';
import { failureSchema } from '../failure.ts';
import {
  candidateIdSchema,
  measuresSchema,
  placementSchema,
  proposedSchema,
  repairedSchema,
  repairStateSchema,
} from '../search/candidate.ts';
import { epochSchema, splitScoresSchema } from '../training/job.ts';

export const candidateRowSchema = z.object({
  id: candidateIdSchema,
  generation: z.int(),
  index: z.int(),
  operator: proposedSchema.shape.operator,
  parents: z.array(candidateIdSchema),
  prompt: z.string().nullable(),
  temperature: z.number().nullable(),
  /** The last step of its life that is recorded. */
  step: z.enum(['proposed', 'generated', 'interpreted', 'trained', 'inserted']),
  /** `working` until its fate is known; `set aside` after a fault of the machine, which is no verdict. */
  outcome: z.enum(['working', 'trained', 'diverged', 'refused', 'set aside']),
  /** What repairs made of a text that was refused as written: a network, or what would be one; else null. */
  repair: repairStateSchema.nullable(),
  /** Why it was refused or set aside, with the line of its text. */
  reason: failureSchema.nullable(),
  /** Why its own text is no network, where its parent stands in for it (setting failedChild); else null. */
  standsInFor: failureSchema.nullable(),
  /** As an archive judged it when it was inserted; null before that. */
  fitness: z.number().nullable(),
  /** What it will be judged by: of a trained one that is not inserted yet; else null. */
  fitnessToBe: z.number().nullable(),
  /** Shares of images classified right, 0 to 1. */
  accuracy: splitScoresSchema.nullable(),
  measures: measuresSchema.nullable(),
  hash: z.string().nullable(),
  /** The candidate whose result was reused, because it is the same network. */
  sameAs: candidateIdSchema.nullable(),
  niche: z.int().nullable(),
  /** Whether it became an elite of the network archive when it was inserted; null before that. */
  added: z.boolean().nullable(),
  /** Whether it is an elite of the network archive now. */
  elite: z.boolean(),
});

export type CandidateRow = z.infer<typeof candidateRowSchema>;

const lineageStepSchema = z.object({
  network: candidateIdSchema,
  generation: z.int(),
  operator: proposedSchema.shape.operator,
  prompt: z.string().nullable(),
  temperature: z.number().nullable(),
  parents: z.array(candidateIdSchema),
  fitness: z.number().nullable(),
  testAccuracy: z.number().nullable(),
});

export const candidateDetailSchema = z.object({
  row: candidateRowSchema,
  seed: z.int(),
  selection: proposedSchema.shape.selection,
  /** Whole text given to the model; empty for the initial network. */
  promptText: z.string(),
  /** What the model wrote; null until it has. */
  text: z.string().nullable(),
  tokens: z.int().nullable(),
  generateSeconds: z.number().nullable(),
  finish: z.enum(['end', 'length']).nullable(),
  /** The class that was read out of the text; null for a refused one. */
  source: z.string().nullable(),
  /** How a text that was refused as written was repaired, or could have been; null where there is nothing to repair. */
  repaired: z.object({ ...repairedSchema.shape, applied: z.boolean() }).nullable(),
  /** Source of the first parent, to show what changed; null without one. */
  parentSource: z.string().nullable(),
  /** Mean cross-entropy by split; null until trained. */
  loss: splitScoresSchema.nullable(),
  curve: z.array(epochSchema),
  trainSeconds: z.number().nullable(),
  device: z.string().nullable(),
  networkPlacement: placementSchema.nullable(),
  promptPlacement: placementSchema.nullable(),
  /** Curiosity that its selected prompt individual got. */
  credit: z.number().nullable(),
  nextTemperature: z.number().nullable(),
  /** The chain of first parents, oldest first, itself last. */
  lineage: z.array(lineageStepSchema),
  children: z.array(candidateIdSchema),
});

export type LineageStep = z.infer<typeof lineageStepSchema>;
export type CandidateDetail = z.infer<typeof candidateDetailSchema>;
