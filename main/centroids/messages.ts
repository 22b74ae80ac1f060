/** What is asked of the thread that makes centroids, and what it answers. */
import * as z from 'zod';
import { failureSchema } from '../../core/failure.ts';

const archiveSchema = z.object({ niches: z.int(), samples: z.int() });

export const questionSchema = z.object({
  seed: z.int(),
  networkArchive: archiveSchema,
  promptArchive: archiveSchema,
});

const pointsSchema = z.array(z.tuple([z.number(), z.number()]));

export const answerSchema = z.union([
  z.object({ networks: pointsSchema, prompts: pointsSchema }),
  z.object({ failure: failureSchema }),
]);
export type Answer = z.input<typeof answerSchema>;
