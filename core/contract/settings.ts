/** What a form for a new search needs: presets, every setting with its kind and bounds, models and datasets. */
import * as z from 'zod';
import { nameSchema, pathSchema } from '../names.ts';
import type { SettingPath } from '../search/setting-path.ts';
import { settingPaths } from '../search/setting-paths.ts';
import { settingsSchema } from '../search/settings.ts';
import { contractFailureSchema } from './failure.ts';

const settingFieldSchema = z.object({
  path: z.enum(settingPaths),
  sentence: z.string(),
  kind: z.enum(['whole number', 'number', 'text', 'choice', 'switch', 'list']),
  nullable: z.boolean(),
  /** The words of a choice; empty otherwise. */
  options: z.array(z.string()),
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
});

export type SettingField = z.infer<typeof settingFieldSchema>;

export const modelRowSchema = z.object({
  /** Null for the embedded model. */
  file: z.string().nullable(),
  name: z.string(),
  embedded: z.boolean(),
  bytes: z.number(),
  /** `CodeGen, 2.17 M parameters`: what the file says of itself; null where it cannot be read. */
  summary: z.string().nullable(),
  problem: contractFailureSchema.nullable(),
});

export const datasetRowSchema = z.object({
  name: z.string(),
  classes: z.array(z.string()),
  /** [channels, height, width] */
  shape: z.array(z.int()),
  train: z.int(),
  test: z.int(),
  source: z.string(),
  problem: contractFailureSchema.nullable(),
});

/** What can be imported as a dataset: a row of the importers' table. */
export const importerRowSchema = z.object({
  format: z.string(),
  title: z.string(),
  /** What is given for it, in a sentence. */
  reads: z.string(),
  /** A path as a person would give it. */
  example: z.string(),
  /** Choices of the person; the first value is the one that holds where none is given. */
  options: z.array(z.object({ name: z.string(), sentence: z.string(), values: z.array(z.string()).min(1) })),
});

export type ImporterRow = z.infer<typeof importerRowSchema>;

export const datasetImportSchema = z.strictObject({
  path: pathSchema,
  /** The name to keep it by; the importer's own where none is given. */
  name: nameSchema.optional(),
  /** Values of the importer's options by name. */
  choices: z.record(nameSchema, z.string().max(200)).optional(),
});

export const searchFormSchema = z.object({
  presets: z.array(z.object({ name: z.string(), sentence: z.string(), settings: settingsSchema })),
  fields: z.array(settingFieldSchema),
  /** Every strategy of the design, and whether this version has it. */
  strategies: z.array(z.object({ name: z.string(), sentence: z.string() })),
  models: z.array(modelRowSchema),
  datasets: z.array(datasetRowSchema),
});

export type SearchForm = z.infer<typeof searchFormSchema>;
export type ModelRow = z.infer<typeof modelRowSchema>;
export type DatasetRow = z.infer<typeof datasetRowSchema>;

/** A setting, or one field of an axis by its descriptor: `networkArchive.axes.flops.min`. */
type ChangePath = SettingPath | `networkArchive.axes.${string}.${'scale' | 'min' | 'max'}`;

/** Changes to a preset. A value may be what a person is typing: the engine says what is wrong with it. */
type SettingChangesInput = { readonly [P in ChangePath]?: unknown };

/** Those that name files are told apart by their type. */
export type SettingChanges = SettingChangesInput & z.core.$brand<'settings'>;

/** Names that there are none of pass too: the engine knows the nearest. */
const settingChangesSchema: z.ZodType<SettingChanges, SettingChangesInput> = z
  .record(z.string(), z.unknown())
  // The brand alone is new.
  .transform((changes) => changes as SettingChanges);

export const searchRequestSchema = z.object({
  preset: nameSchema,
  changes: settingChangesSchema,
  /** Name of the run's folder in the runs folder; null lets the engine name it by time and preset. */
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, dot, dash and underscore, at most 100')
    .nullable(),
});

export type SearchRequest = z.input<typeof searchRequestSchema>;
