/** A prompt set as data: what the language model is told. The sets lie in prompts/; a run keeps the one it used. */
import * as z from 'zod';
import { cellOperations } from '../benchmarks/nasbench201/cell.ts';
import { type Asks, asksOfWords, asksSchema } from '../network/asks.ts';

/** Text inside the three quotes of a prompt's docstring; it can hold no quotes of its own end. */
const instructionSchema = z
  .string()
  .min(1)
  .refine((text) => !text.includes('"""'), {
    error: 'an instruction stands between three quotes and cannot hold them',
  });

const rowFields = {
  id: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'an id has small letters, digits and hyphens')
    .refine((id) => !['crossover-two', 'crossover-three', 'random-network'].includes(id), {
      error: 'this id is that of another operator',
    }),
  text: instructionSchema,
  /** Its number on the axis of the prompt archive, from 0; without one its place in the list. */
  axis: z.int().min(0).max(9999).exactOptional(),
};

const promptSchema = z.strictObject({
  ...rowFields,
  /** What the text asks for; without it whether a child does so is not known. */
  asks: asksSchema.exactOptional(),
});

export type Prompt = z.infer<typeof promptSchema>;

/** What a prompt asks of a cell: an edge gets an operation, another edge loses its own, or both. */
const cellAsksSchema = z
  .strictObject({ add: z.enum(cellOperations).exactOptional(), delete: z.literal(true).exactOptional() })
  .refine((asks) => asks.add !== undefined || asks.delete !== undefined, { error: 'give add, delete or both' })
  .readonly();

export type CellAsks = z.infer<typeof cellAsksSchema>;

const cellPromptSchema = z.strictObject({ ...rowFields, asks: cellAsksSchema.exactOptional() });

/** Ids and numbers on the axis must differ, and either every prompt has a number or none. */
function checkPrompts(prompts: readonly Pick<Prompt, 'id' | 'axis'>[], context: z.core.$RefinementCtx): void {
  const ids = new Set<string>();
  const numbers = new Set<number>();
  const numbered = prompts.some(({ axis }) => axis !== undefined);
  prompts.forEach(({ id, axis }, index) => {
    const report = (path: string, message: string) => {
      context.addIssue({ code: 'custom', path: [index, path], message, input: prompts });
    };
    if (ids.has(id)) report('id', `ids must differ, and ${JSON.stringify(id)} comes twice`);
    if (numbered && axis === undefined) report('axis', 'give every prompt its number on the axis, or none');
    if (axis !== undefined && numbers.has(axis)) report('axis', `numbers must differ, and ${axis} comes twice`);
    ids.add(id);
    if (axis !== undefined) numbers.add(axis);
  });
}

const common = {
  name: z.string().regex(/^[\w-]+$/, 'a name has letters, digits, hyphens and underscores'),
  /** Where the texts come from. */
  source: z.string().min(1),
  /** Import lines above the classes of a prompt, as one text ending with one newline. */
  imports: z.string().regex(/[^\n]\n$/, 'must end with exactly one newline'),
};

/** Prompts that change whole networks: what a search uses. */
export const promptSetSchema = z
  .strictObject({
    ...common,
    changes: z.literal('network').default('network'),
    /** Prompts of the mutation operator. */
    mutation: z.array(promptSchema).min(1).superRefine(checkPrompts),
    /** Prompts of crossover, by the number of networks shown. */
    crossover: z.strictObject({ two: instructionSchema, three: instructionSchema }),
    /** Prompt of the strategy random-nn, below the initial network. */
    randomNetwork: instructionSchema,
  })
  .readonly();

export type PromptSet = z.infer<typeof promptSetSchema>;

/** Prompts that change the cell of a benchmark. */
const cellPromptSetSchema = z
  .strictObject({
    ...common,
    changes: z.literal('cell'),
    mutation: z.array(cellPromptSchema).min(1).superRefine(checkPrompts),
  })
  .readonly();

export type CellPromptSet = z.infer<typeof cellPromptSetSchema>;

/** What a file may hold; `changes` says which of the two, and a network is meant where it is left out. */
export type AnyPromptSet = PromptSet | CellPromptSet;

const kindSchema = z.looseObject({ changes: z.enum(['network', 'cell']).default('network') });

/** What of a file is named in a message about it: a word, no text. */
const wordSchema = z.string().regex(/^[\w-]{1,60}$/);
const meantSchema = z.looseObject({ mutation: z.array(z.unknown()) });

/** What is wrong. Fields that are not known are named in what is meant as a prompt set; any other file's are its own business. */
function wordsOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code !== 'unrecognized_keys') return issue.message;
  const named = meantSchema.safeParse(value).success && issue.keys.every((key) => wordSchema.safeParse(key).success);
  return named ? issue.message : 'has fields that a prompt set does not have';
}

/** Where in a set something is wrong, with the prompt's id: `mutation[3] (add-layer) text`. */
function placeOf(value: unknown, path: readonly PropertyKey[]): string {
  const [list, index, ...rest] = path;
  const tail = (parts: readonly PropertyKey[]) => parts.map((part) => ` ${String(part)}`).join('');
  if (list !== 'mutation' || typeof index !== 'number') return tail(path).trim() || 'the whole';
  const prompts = z.looseObject({ mutation: z.array(z.unknown()) }).safeParse(value);
  const named = z.looseObject({ id: wordSchema }).safeParse(prompts.success ? prompts.data.mutation[index] : null);
  return `prompt ${index + 1}${named.success ? ` (${named.data.id})` : ''} of mutation${tail(rest).replace(/^ /, ', ')}`;
}

export type ReadPromptSet =
  | { readonly ok: true; readonly set: AnyPromptSet }
  | { readonly ok: false; readonly problems: readonly string[] };

/** A set from the value of a JSON file; every problem names the prompt and the field. */
export function parsePromptSet(value: unknown): ReadPromptSet {
  const kind = kindSchema.safeParse(value);
  const schema = kind.success && kind.data.changes === 'cell' ? cellPromptSetSchema : promptSetSchema;
  const parsed = kind.success ? schema.safeParse(value) : kind;
  if (parsed.success && kind.success) return { ok: true, set: schema.parse(value) };
  const issues = parsed.error?.issues ?? [];
  return { ok: false, problems: issues.map((issue) => `${placeOf(value, issue.path)}: ${wordsOf(issue, value)}`) };
}

/**
 * Number of a prompt on the axis of the prompt archive; null for an id that is not in the set. A run keeps its set whole,
 * so numbers of a stored run never change; numbers that the set itself gives also keep runs before and after an edit alike.
 */
export function promptNumber(set: AnyPromptSet, id: string): number | null {
  const place = set.mutation.findIndex((prompt) => prompt.id === id);
  return place < 0 ? null : (set.mutation[place]?.axis ?? place);
}

/** The largest number on the axis. */
export function largestPromptNumber({ mutation }: AnyPromptSet): number {
  return mutation.reduce((most, { axis }, place) => Math.max(most, axis ?? place), 0);
}

/** Prompts of sets from before rows said what they ask: it was known for these ids, by their texts. */
const knownBefore: readonly string[] = [
  ...['add-layer', 'delete-layer', 'improve', 'reduce-size', 'increase-size', 'add-fully-connected'],
  ...['add-convolutional', 'add-pooling', 'add-residual', 'add-residuals', 'add-dropout', 'add-normalization'],
  'add-recurrent',
];

/** What the row of a prompt says that it asks for; null where it does not. */
function statedAsks({ id, text, asks }: Prompt): Asks | null {
  return asks ?? (knownBefore.includes(id) ? asksOfWords(text) : null);
}

/** Stands for the operators that have one text each: those ask for another network, crossover for parts of several. */
export const another: Asks = { kind: 'improve' };

/**
 * What a prompt of a set asks for, by its id, also those of crossover and of random networks; `stated` is false where it is
 * a guess by the text's words.
 */
export function asksOf({ mutation }: PromptSet, id: string): { readonly asks: Asks; readonly stated: boolean } {
  const prompt = mutation.find((each) => each.id === id);
  if (prompt === undefined) return { asks: another, stated: true };
  const stated = statedAsks(prompt);
  return { asks: stated ?? asksOfWords(prompt.text), stated: stated !== null };
}
