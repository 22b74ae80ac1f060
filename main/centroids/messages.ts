/** What is asked of the threads that look at archives before anything is in them, and what they answer. */
import * as z from 'zod';
import type { Box } from '../../core/archive/half-spaces.ts';
import { failureSchema } from '../../core/failure.ts';
import { protocol } from '../processes/protocol.ts';

type Points = readonly (readonly number[])[];

const archiveSchema = z.object({ niches: z.int(), samples: z.int(), dimensions: z.int() }).nullable();

// Told as readonly instead of frozen, which z.readonly() would do: lookups in frozen arrays are slower.
const pointsSchema: z.ZodType<Points, Points> = z.array(z.array(z.number()));

const boxesSchema: z.ZodType<readonly Box[], readonly Box[]> = z.array(
  z.object({ low: z.array(z.number()), high: z.array(z.number()) }),
);

/** Of the thread that makes centroids. */
export const centroidsProtocol = protocol(
  z.object({ seed: z.int(), networkArchive: archiveSchema, promptArchive: archiveSchema }),
  z.union([z.object({ networks: pointsSchema, prompts: pointsSchema }), z.object({ failure: failureSchema })]),
);

/** Of the thread that looks for niches within reach: places between the corners of each box; its answer: the niches. */
export const reachProtocol = protocol(
  z.object({
    centroids: pointsSchema,
    boxes: boxesSchema,
  }),
  z.array(z.int()),
);
