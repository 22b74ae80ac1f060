/** Prompt sets as a door sees them: what each says, and the whole text that a language model gets. */
import * as z from 'zod';
import { pathSchema } from '../names.ts';
import { contractFailureSchema } from './failure.ts';

export const promptSetRowSchema = z.object({
  name: z.string(),
  file: z.string(),
  /** A person's own, in the data folder or anywhere else; false for LLMatic's. */
  own: z.boolean(),
  /** What its prompts change: whole networks, as a search needs, or cells of a benchmark; null where it cannot be read. */
  changes: z.enum(['network', 'cell']).nullable(),
  /** Where the texts come from. */
  source: z.string(),
  prompts: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      /** Its number on the axis of the prompt archive; null for those of other operators. */
      number: z.int().nullable(),
      /** Networks that it shows. */
      parents: z.int(),
    }),
  ),
  /** Why it cannot be read, with the prompt and the field. */
  problem: contractFailureSchema.nullable(),
});

export type PromptSetRow = z.infer<typeof promptSetRowSchema>;

/** A set by its name, or the path of a file that ends in .json. */
export const promptSetNameSchema = pathSchema;

export const promptPreviewSchema = z.object({
  set: z.string(),
  prompt: z.string(),
  /** What a completion model continues. */
  completion: z.string(),
  /** What a chat model is told as the user's message; its own template goes around that. */
  chat: z.string(),
});
