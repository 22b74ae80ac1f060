/**
 * CodeGen's byte-level BPE tokenizer as GGUF keeps it: tokens by id, their kinds, merges. Reads tokenizer.json, or the
 * older vocab.json, merges.txt and added_tokens.json.
 */
import * as z from 'zod';
import { fail } from '../failure.ts';
import { parseJson } from './config.ts';

/** Texts of the files that a checkpoint brings; null where it has none of that name. */
export interface TokenizerFiles {
  readonly tokenizer: string | null;
  readonly vocabulary: string | null;
  readonly merges: string | null;
  readonly added: string | null;
  readonly config: string | null;
  readonly specials: string | null;
}

/** Names of the files, as messages say them and as they lie in a checkpoint. */
export const tokenizerFileNames: { readonly [F in keyof TokenizerFiles]: string } = {
  tokenizer: 'tokenizer.json',
  vocabulary: 'vocab.json',
  merges: 'merges.txt',
  added: 'added_tokens.json',
  config: 'tokenizer_config.json',
  specials: 'special_tokens_map.json',
};

/** ggml's kinds of tokens: special ones are never read in a prompt's text, added ones are, before any merging. */
export const tokenKind = { normal: 1, special: 3, added: 4, unused: 5 } as const;

export interface GgufTokenizer {
  /** One for each row of the embedding: those past the tokenizer's are padding. */
  readonly tokens: readonly string[];
  readonly kinds: readonly number[];
  /** Pairs with a space between, the first the most urgent. */
  readonly merges: readonly string[];
  readonly begin: number;
  readonly end: number;
  /** Tokens that the tokenizer has, without padding. */
  readonly used: number;
}

interface AddedToken {
  readonly text: string;
  readonly special: boolean;
}

interface Parts {
  readonly vocabulary: Vocabulary;
  readonly merges: readonly string[];
  readonly added: ReadonlyMap<number, AddedToken>;
}

/** Ids by token, as JSON has them: fifty thousand of them are looked at where they are, not copied. */
type Vocabulary = Readonly<Record<string, number>>;

function isRecord(value: unknown): value is Vocabulary {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMerge(value: unknown): value is string | [string, string] {
  if (typeof value === 'string') return true;
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}

const vocabularySchema = z
  .custom<Vocabulary>(isRecord, 'not an object of ids by token')
  .superRefine((vocabulary, context) => {
    const wrong = Object.keys(vocabulary).find(
      (text) => !Number.isSafeInteger(vocabulary[text]) || (vocabulary[text] ?? 0) < 0,
    );
    if (wrong !== undefined) context.addIssue({ code: 'custom', path: [wrong], message: 'not a whole number from 0' });
  });
const mergesSchema = z.custom<readonly (string | [string, string])[]>(
  (value) => Array.isArray(value) && value.every(isMerge),
  'not a list of pairs of tokens',
);

const addedSchema = z.object({
  id: z.int().min(0).optional(),
  content: z.string(),
  special: z.boolean().default(false),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
});

const preTokenizerSchema = z.object({
  type: z.literal('ByteLevel'),
  add_prefix_space: z.boolean().default(true),
  use_regex: z.boolean().default(true),
});

const tokenizerSchema = z.object({
  model: z.object({
    type: z.literal('BPE'),
    vocab: vocabularySchema,
    merges: mergesSchema,
    continuing_subword_prefix: z.string().nullish(),
    end_of_word_suffix: z.string().nullish(),
  }),
  normalizer: z.unknown().optional(),
  pre_tokenizer: preTokenizerSchema,
  added_tokens: z.array(addedSchema.extend({ id: z.int().min(0) })).default([]),
});

const specialText = z.union([z.string(), z.object({ content: z.string() })]).nullish();
const configSchema = z.object({
  bos_token: specialText,
  eos_token: specialText,
  add_prefix_space: z.boolean().nullish(),
  add_bos_token: z.boolean().nullish(),
  added_tokens_decoder: z.record(z.string().regex(/^\d+$/), addedSchema).nullish(),
});

function parsed<T>(file: string, text: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(parseJson(file, text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return fail(
    'checkpoint',
    `${file}: ${issue?.path.slice(0, 4).join('.') ?? '?'}: ${issue?.message ?? 'wrong'}. model convert reads CodeGen's byte-level BPE tokenizer; give the file that belongs to the checkpoint.`,
  );
}

function checkedAdded(file: string, { content, special, single_word, lstrip, rstrip }: z.infer<typeof addedSchema>) {
  if (single_word || lstrip || rstrip) {
    fail(
      'unsupported',
      `${file}: the added token ${JSON.stringify(content)} has single_word, lstrip or rstrip, which llama.cpp would not follow. Save the tokenizer again without them.`,
    );
  }
  return { text: content, special };
}

/** Lines of merges.txt but for its version line: other lines that begin with # are merges. */
function mergesOf(text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const merge = line.endsWith('\r') ? line.slice(0, -1) : line;
    return merge === '' || (index === 0 && merge.startsWith('#version')) ? [] : [merge];
  });
}

function fromTokenizerJson(text: string): Parts {
  const file = tokenizerFileNames.tokenizer;
  const { model, normalizer, pre_tokenizer, added_tokens } = parsed(file, text, tokenizerSchema);
  const strange =
    (normalizer ?? null) !== null
      ? 'a normalizer'
      : pre_tokenizer.add_prefix_space
        ? 'add_prefix_space'
        : !pre_tokenizer.use_regex
          ? 'use_regex: false'
          : (model.continuing_subword_prefix ?? '') !== '' || (model.end_of_word_suffix ?? '') !== ''
            ? 'a subword prefix or suffix'
            : null;
  if (strange !== null) {
    fail('unsupported', `${file} has ${strange}, which CodeGen's tokenizer has not and llama.cpp would not follow.`);
  }
  return {
    vocabulary: model.vocab,
    merges: model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' '))),
    added: new Map(added_tokens.map((token) => [token.id, checkedAdded(file, token)])),
  };
}

function fromOlderFiles(files: TokenizerFiles): Parts {
  const { vocabulary, merges, added } = files;
  const names = tokenizerFileNames;
  if (vocabulary === null || merges === null) {
    const missing = vocabulary === null ? names.vocabulary : names.merges;
    return fail(
      'checkpoint',
      `The checkpoint has neither ${names.tokenizer} nor ${missing}. Copy the tokenizer's files beside the weights.`,
    );
  }
  const texts = added === null ? {} : parsed(names.added, added, vocabularySchema);
  return {
    vocabulary: parsed(names.vocabulary, vocabulary, vocabularySchema),
    merges: mergesOf(merges),
    added: new Map(Object.entries(texts).map(([text, id]) => [id, { text, special: false }])),
  };
}

function textOf(value: z.infer<typeof specialText>): string | null {
  return typeof value === 'string' ? value : (value?.content ?? null);
}

/**
 * The tokenizer of a checkpoint whose embedding has `rows` rows.
 * @param endOfText the id in config.json, or null.
 * @throws FailureError `checkpoint` naming the file and key, `unsupported` for a tokenizer of another kind.
 */
export function readCodegenTokenizer(files: TokenizerFiles, rows: number, endOfText: number | null): GgufTokenizer {
  const names = tokenizerFileNames;
  const { vocabulary, merges, added } =
    files.tokenizer === null ? fromOlderFiles(files) : fromTokenizerJson(files.tokenizer);
  const config = files.config === null ? {} : parsed(names.config, files.config, configSchema);
  const specials = files.specials === null ? {} : parsed(names.specials, files.specials, configSchema);
  if (config.add_prefix_space === true || config.add_bos_token === true) {
    fail('unsupported', `${names.config} asks for a prefix before every text, which CodeGen's tokenizer has not.`);
  }
  const allAdded = new Map(added);
  for (const [id, token] of Object.entries(config.added_tokens_decoder ?? {})) {
    allAdded.set(Number(id), checkedAdded(names.config, token));
  }

  const place = (text: string, id: number): void => {
    if (id < rows) return;
    fail(
      'checkpoint',
      `The tokenizer has ${JSON.stringify(text)} as token ${id}, but the model has only ${rows} tokens (vocab_size of config.json). Give the tokenizer that belongs to the checkpoint.`,
    );
  };
  const tokens: (string | undefined)[] = new Array(rows).fill(undefined);
  const kinds: number[] = new Array(rows).fill(tokenKind.unused);
  const ids = new Map<string, number>();
  const put = (text: string, id: number, kind: number): void => {
    place(text, id);
    const other = tokens[id];
    const otherId = ids.get(text);
    if ((other !== undefined && other !== text) || (otherId !== undefined && otherId !== id)) {
      fail(
        'checkpoint',
        `The tokenizer's files disagree: token ${id} is ${JSON.stringify(text)}, but ${other === undefined ? `so is token ${otherId}` : JSON.stringify(other)} too. Give the files of one checkpoint.`,
      );
    }
    tokens[id] = text;
    kinds[id] = kind;
    ids.set(text, id);
  };
  for (const text of Object.keys(vocabulary)) put(text, vocabulary[text] ?? 0, tokenKind.normal);
  for (const [id, { text, special }] of allAdded) put(text, id, special ? tokenKind.special : tokenKind.added);
  const used = ids.size;

  const idOf = (text: string | null): number | null => (text === null ? null : (ids.get(text) ?? null));
  const end = endOfText ?? idOf(textOf(config.eos_token) ?? textOf(specials.eos_token));
  if (end === null || tokens[end] === undefined) {
    return fail(
      'checkpoint',
      `No token ends a text: config.json has ${endOfText === null ? 'no eos_token_id' : `eos_token_id ${endOfText}, which the tokenizer has not`}. Give the config.json that belongs to the checkpoint.`,
    );
  }
  kinds[end] = tokenKind.special;
  const begin = idOf(textOf(config.bos_token) ?? textOf(specials.bos_token)) ?? end;
  kinds[begin] = tokenKind.special;

  const filled = tokens.map((text, id) => {
    if (text !== undefined) return text;
    let padding = `[PAD${id}]`;
    while (ids.has(padding)) padding = `[${padding}]`;
    return padding;
  });
  return { tokens: filled, kinds, merges, begin, end, used };
}
