/** Both archives at a generation, ready to be drawn: axes, centroids, elites. */
import * as z from 'zod';
import { measuresSchema } from '../search/candidate.ts';

const pairSchema = z.tuple([z.number(), z.number()]);

export const axisViewSchema = z.object({
  /** What it measures: `width / depth`, `FLOPs`, `prompt`, `temperature`. */
  label: z.string(),
  scale: z.enum(['linear', 'log10']),
  /** Ends in scaled units: exponents under log10. */
  min: z.number(),
  max: z.number(),
  /** Names of the whole numbers from 0 on the axis of prompts; null on an axis of numbers. */
  names: z.array(z.string()).nullable(),
  /** How many individuals lay outside and were clipped. */
  clipped: z.object({ below: z.int(), above: z.int() }),
});

export type AxisView = z.infer<typeof axisViewSchema>;

const placedSchema = z.object({
  niche: z.int(),
  /** The candidate. */
  id: z.string(),
  generation: z.int(),
  fitness: z.number(),
  /** Place on both axes, 0 to 1 unless it lies outside. */
  place: pairSchema,
  /** Its prompt individual; null for the initial network and without one. */
  prompt: z.string().nullable(),
  temperature: z.number().nullable(),
});

export const networkEliteViewSchema = placedSchema.extend({
  measures: measuresSchema,
  testAccuracy: z.number().nullable(),
  hash: z.string(),
});

export const promptEliteViewSchema = placedSchema.extend({ curiosity: z.number() });

export type NetworkEliteView = z.infer<typeof networkEliteViewSchema>;
export type PromptEliteView = z.infer<typeof promptEliteViewSchema>;

function archiveViewSchema<T extends z.ZodType>(elite: T) {
  return z.object({
    /** x, y */
    axes: z.tuple([axisViewSchema, axisViewSchema]),
    /**
     * Places of the centroids; the index is the niche. In [0, 1] where the settings normalise; else in raw measures,
     * and `normalised` is false.
     */
    centroids: z.array(pairSchema),
    normalised: z.boolean(),
    elites: z.array(elite),
  });
}

export const archivesSchema = z.object({
  run: z.string(),
  /** The archives as they stood after this generation; -1 is the initial network's. */
  generation: z.int(),
  /** The last generation whose offspring are all inserted. */
  latest: z.int(),
  networks: archiveViewSchema(networkEliteViewSchema),
  prompts: archiveViewSchema(promptEliteViewSchema),
});

export type Archives = z.infer<typeof archivesSchema>;
