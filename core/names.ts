/**
 * Names and paths as a caller may give them: bounded, and without the character that ends a name for the system. Every
 * call and every setting that takes one reads it with these, so that one sentence says what is wrong with it.
 */
import * as z from 'zod';

const longestPath = 4096;
/** Of a file's or a folder's own name, on every system: 255 UTF-16 units or bytes. */
const longestPart = 255;
const longestName = 200;

const noNul = 'no name or path holds a NUL character';

function named(longest: number) {
  return z
    .string()
    .min(1, 'give a name or a path: this is empty')
    .max(longest, `this is too long: a name or path here has at most ${longest.toLocaleString('en')} characters`)
    .refine((text) => !text.includes('\0'), noNul);
}

/** A path, a name or an address, told apart by who reads it. */
export const placeSchema = named(longestPath);

const placeText = placeSchema.refine(
  (text) => text.split(/[/\\]/).every((part) => part.length <= longestPart),
  `a part of this path is too long: files and folders have names of at most ${longestPart} characters`,
);

/** A path on the engine's machine, or a name that stands for one. What is made of it is told apart from other texts by its type. */
export const pathSchema = placeText.brand<'path'>();

/** A text that {@link pathSchema} has read. */
export type Path = z.output<typeof pathSchema>;

/** A name or path of the engine's own list of runs; it opens nothing that is not in it. */
export const listedPlaceSchema = placeText;

/** Names a candidate, a conversion, a prompt: what the engine itself has given out. */
export const nameSchema = named(longestName);

/** Names a network of a run whose files are written: it becomes a folder's name, on every system. */
export const folderNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'letters, digits, dash and underscore, at most 64, the first no dash');
