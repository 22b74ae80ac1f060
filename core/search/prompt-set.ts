/** A prompt set as data: what the language model is told. The sets lie in prompts/; a run keeps the one it used. */
import * as z from 'zod';

/** Text inside the three quotes of a prompt's docstring; it can hold no quotes of its own end. */
const instructionSchema = z
  .string()
  .min(1)
  .refine((text) => !text.includes('"""'), {
    error: 'an instruction stands between three quotes and cannot hold them',
  });

export const promptSetSchema = z
  .strictObject({
    name: z.string().min(1),
    /** Where the texts come from. */
    source: z.string().min(1),
    /** Import lines above the classes of a crossover prompt, as one text ending with one newline. */
    imports: z.string().regex(/[^\n]\n$/, 'must end with exactly one newline'),
    /** Prompts of the mutation operator; the place in the list is the prompt's number on the axis of the archive. */
    mutation: z
      .array(z.strictObject({ id: z.string().regex(/^[a-z0-9-]+$/), text: instructionSchema }))
      .min(1)
      .refine((prompts) => new Set(prompts.map((prompt) => prompt.id)).size === prompts.length, {
        error: 'ids must differ',
      }),
    /** Prompts of crossover, by the number of networks shown. */
    crossover: z.strictObject({ two: instructionSchema, three: instructionSchema }),
    /** Prompt of the strategy random-nn, below the initial network. */
    randomNetwork: instructionSchema,
  })
  .readonly();

export type PromptSet = z.infer<typeof promptSetSchema>;
