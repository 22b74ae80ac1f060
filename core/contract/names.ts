/** Names and paths as a caller may give them: bounded, and without the character that ends a name for the system. */
import * as z from 'zod';

const longestPath = 4096;
const longestName = 200;

function named(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .refine((text) => !text.includes('\0'), { error: 'no name or path holds a NUL character' });
}

/** A path on the engine's machine, or a name that stands for one. */
export const pathSchema = named(longestPath);

/** Names a candidate, a conversion, a prompt: what the engine itself has given out. */
export const nameSchema = named(longestName);
