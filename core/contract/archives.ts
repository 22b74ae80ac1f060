/** Both archives at a generation, ready to be drawn: axes, centroids, elites. */
import * as z from 'zod';
import { archiveHealthSchema } from '../search/archive-health.ts';
import { measuresSchema } from '../search/candidate.ts';

const axisViewSchema = z.object({
  /** The descriptor's name in the settings, such as `flops`; `prompt`, `temperature`. */
  descriptor: z.string(),
  /** What it measures: `width / depth`, `FLOPs`, `prompt`, `temperature`. */
  label: z.string(),
  /** Empty for a plain number. */
  unit: z.string(),
  /** How its values are written. */
  figure: z.enum(['plain', 'si', 'bytes']),
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
  /** Place on each axis, 0 to 1 unless it lies outside. */
  place: z.array(z.number()),
  /** Its prompt individual; null for the initial network and without one. */
  prompt: z.string().nullable(),
  temperature: z.number().nullable(),
});

const networkEliteViewSchema = placedSchema.extend({
  measures: measuresSchema,
  testAccuracy: z.number().nullable(),
  hash: z.string(),
});

const promptEliteViewSchema = placedSchema.extend({ curiosity: z.number() });

export type NetworkEliteView = z.infer<typeof networkEliteViewSchema>;
export type PromptEliteView = z.infer<typeof promptEliteViewSchema>;

function archiveViewSchema<T extends z.ZodType>(elite: T) {
  return z.object({
    /** How the niches divide it: around centroids, in bins, or in a row of bins for each category. */
    kind: z.enum(['cvt', 'grid', 'categorical']),
    axes: z.array(axisViewSchema).min(2),
    /** Bins of each axis, categories counting as bins; null around centroids. */
    bins: z.array(z.int()).nullable(),
    /**
     * Places of the niches' centroids or middles, a number for each axis; the index is the niche. In [0, 1] where the
     * settings normalise; else in raw measures, and `normalised` is false.
     */
    centroids: z.array(z.array(z.number())),
    normalised: z.boolean(),
    /** Niches that nothing can fill, and why; null where that is not known. */
    unreachable: z.object({ niches: z.array(z.int()), why: z.string() }).nullable(),
    elites: z.array(elite),
  });
}

const networkArchiveViewSchema = archiveViewSchema(networkEliteViewSchema).extend({
  /** Whether its axes suit what was found. */
  health: archiveHealthSchema,
});

export type NetworkArchiveView = z.infer<typeof networkArchiveViewSchema>;

export const archivesSchema = z.object({
  run: z.string(),
  /** The archives as they stood after this generation; -1 is the initial network's. */
  generation: z.int(),
  /** The last generation whose offspring are all inserted. */
  latest: z.int(),
  networks: networkArchiveViewSchema,
  prompts: archiveViewSchema(promptEliteViewSchema),
});

export type Archives = z.infer<typeof archivesSchema>;
