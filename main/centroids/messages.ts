/** What is asked of the thread that makes centroids, and what it answers. */
import * as z from 'zod';
import { failureSchema } from '../../core/failure.ts';

const archiveSchema = z.object({ niches: z.int(), samples: z.int(), dimensions: z.int() }).nullable();

export const questionSchema = z.object({
  seed: z.int(),
  networkArchive: archiveSchema,
  promptArchive: archiveSchema,
});

const pointsSchema = z.array(z.array(z.number()));

export const answerSchema = z.union([
  z.object({ networks: pointsSchema, prompts: pointsSchema }),
  z.object({ failure: failureSchema }),
]);

/** What is asked of the thread that looks for niches within reach: places between the corners of each box. */
export const reachQuestionSchema = z.object({
  centroids: pointsSchema,
  boxes: z.array(z.object({ low: z.array(z.number()), high: z.array(z.number()) })),
});

/** Its answer: the niches. */
export const reachAnswerSchema = z.array(z.int());
