/** What the graphs of a run's networks say: clean source, and how two of them differ. */
import * as z from 'zod';
import { candidateIdSchema, measuresSchema } from '../search/candidate.ts';

export const cleanSourceSchema = z.object({
  /** PyTorch source made from the graph; it was read back to the same hash. */
  source: z.string(),
  hash: z.string(),
});

const operationSchema = z.object({
  index: z.int(),
  layer: z.string().nullable(),
  operator: z.string(),
  weight: z.array(z.int()).nullable(),
  attributes: z.array(z.string()),
  output: z.string(),
});

const count = z.int().nonnegative();
const sideSchema = z.object({ id: candidateIdSchema, hash: z.string(), measures: measuresSchema });

/** A {@link NetworkDifference} with both sides' measures. */
export const differenceSchema = z.object({
  before: sideSchema,
  after: sideSchema,
  counts: z.object({ same: count, rewired: count, changed: count, removed: count, added: count }),
  changes: z.array(
    z.object({
      kind: z.enum(['same', 'rewired', 'changed', 'removed', 'added']),
      before: operationSchema.nullable(),
      after: operationSchema.nullable(),
    }),
  ),
});

export type DifferenceView = z.infer<typeof differenceSchema>;
export type ChangeView = DifferenceView['changes'][number];
