/** `--set path=value`: finds a setting by its path in the schema, reads the value, and says what is wrong with it. */
import * as z from 'zod';
import { fail } from '../failure.ts';
import { editDistance, quotedShort } from '../spelling.ts';
import { axisPath, namedPlace, withAxisField } from './descriptors/axis-paths.ts';
import type { SettingPath } from './setting-path.ts';
import { type Settings, settingsSchema } from './settings.ts';

export interface SettingDescription {
  readonly path: SettingPath;
  /** The sentence that explains it. */
  readonly sentence: string;
  /** What may stand there: `whole number`, `one of all, best-of-generation`, ... */
  readonly accepts: string;
  readonly nullable: boolean;
}

type Schema = z.core.$ZodType;

/** The schema under defaults, optionality, and what earlier versions called things. */
function inner(schema: Schema): Schema {
  if (schema instanceof z.ZodPipe && schema.in instanceof z.ZodTransform) return inner(schema.out);
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return inner(schema.unwrap());
  }
  return schema;
}

function isNullable(schema: Schema): boolean {
  return inner(schema) instanceof z.ZodNullable;
}

function present(schema: Schema): Schema {
  const bare = inner(schema);
  return bare instanceof z.ZodNullable ? present(bare.unwrap()) : bare;
}

function accepts(schema: Schema): string {
  const bare = present(schema);
  if (bare instanceof z.ZodEnum) return `one of ${bare.options.join(', ')}`;
  if (bare instanceof z.ZodBoolean) return 'true or false';
  if (bare instanceof z.ZodNumber) return bare.format === 'safeint' ? 'a whole number' : 'a number';
  if (bare instanceof z.ZodArray) return `a JSON list, each ${elementOf(bare.element)}`;
  return bare instanceof z.ZodString ? 'text' : 'a JSON object';
}

/** A list's element; an object with the names of its fields. */
function elementOf(schema: Schema): string {
  const bare = present(schema);
  if (!(bare instanceof z.ZodObject)) return accepts(schema);
  const fields = Object.entries(bare.shape).map(([name, field]) => `"${name}": ${accepts(field)}`);
  return `{${fields.join(', ')}}`;
}

function describe(schema: Schema): string {
  return schema instanceof z.ZodType ? (schema.description ?? '') : '';
}

function collect(schema: Schema, prefix: string): (Omit<Found, 'path'> & { readonly path: string })[] {
  const bare = present(schema);
  if (!(bare instanceof z.ZodObject)) {
    const sentence = describe(schema);
    return [{ path: prefix, sentence, accepts: accepts(schema), nullable: isNullable(schema), schema }];
  }
  return Object.entries(bare.shape).flatMap(([name, field]) =>
    collect(field, prefix === '' ? name : `${prefix}.${name}`),
  );
}

interface Found extends SettingDescription {
  readonly schema: Schema;
}

// The schema is walked as the type of its values is: groups are entered, what is no group ends a path.
const settings = collect(settingsSchema, '') as Found[];

export const settingPaths = settings.map(({ path }) => path);

/** Every setting, in the schema's order. */
export const settingDescriptions: readonly SettingDescription[] = settings;

type FieldKind = 'whole number' | 'number' | 'text' | 'choice' | 'switch' | 'list';

/** A setting as a form shows it. */
export interface SettingField {
  readonly path: SettingPath;
  readonly sentence: string;
  readonly kind: FieldKind;
  readonly nullable: boolean;
  /** The words of a choice; empty otherwise. */
  readonly options: string[];
  /** Bounds of a number; null where there is none. An open bound (greater than 0) is given as its edge. */
  readonly minimum: number | null;
  readonly maximum: number | null;
}

function kindOf(bare: Schema): FieldKind {
  if (bare instanceof z.ZodEnum) return 'choice';
  if (bare instanceof z.ZodBoolean) return 'switch';
  if (bare instanceof z.ZodNumber) return bare.format === 'safeint' ? 'whole number' : 'number';
  return bare instanceof z.ZodString ? 'text' : 'list';
}

/** A bound that zod sets by itself (the safe integers, infinity) is none that a person meets. */
function bound(value: number | null): number | null {
  return value === null || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value;
}

/** Every setting as a form shows it, in the schema's order. */
export function settingFields(): SettingField[] {
  return settings.map(({ path, sentence, nullable, schema }) => {
    const bare = present(schema);
    const number = bare instanceof z.ZodNumber ? bare : null;
    return {
      path,
      sentence,
      kind: kindOf(bare),
      nullable,
      options: bare instanceof z.ZodEnum ? bare.options.map(String) : [],
      minimum: bound(number?.minValue ?? null),
      maximum: bound(number?.maxValue ?? null),
    };
  });
}

/** Paths that were probably meant: those below it, those that end with it, then the nearest by spelling. */
function nearestPaths(path: string): string[] {
  const last = path.split('.').at(-1) ?? path;
  const cost = (candidate: string): number => {
    if (candidate.startsWith(`${path}.`)) return -2;
    if (candidate.endsWith(`.${last}`)) return -1;
    const end = candidate.split('.').at(-1) ?? candidate;
    return Math.min(editDistance(path, candidate), editDistance(last, end) + 0.5);
  };
  return settings
    .map((setting) => ({ path: setting.path, cost: cost(setting.path) }))
    .filter((candidate) => candidate.cost < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.cost - b.cost)
    .slice(0, 3)
    .map((candidate) => candidate.path);
}

/** What to do about a path that there is none of: those that were probably meant, or where all are listed. */
function remedy(path: string): string {
  const near = nearestPaths(path);
  return near.length === 0 ? '`llmatic search --settings` lists all' : `did you mean ${near.join(', ')}?`;
}

/** `did you mean a?` as `Did you mean a?`; a point where it has no end. */
function asSentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${words.endsWith('?') ? '' : '.'}`;
}

/** Text from a command line as a value: JSON where it is JSON and not meant as text, else the text itself. */
function readValue(schema: Schema, nullable: boolean, text: string): unknown {
  if (nullable && text === 'null') return null;
  if (present(schema) instanceof z.ZodString || present(schema) instanceof z.ZodEnum) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function withValue(tree: object, [name, ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  const entries = { ...tree } as Record<string, unknown>;
  if (name === undefined) return entries;
  const child = entries[name];
  const isGroup = typeof child === 'object' && child !== null && !Array.isArray(child);
  entries[name] = rest.length === 0 ? value : withValue(isGroup ? child : {}, rest, value);
  return entries;
}

/** A new value for a setting, and the words in which the person gave it. */
interface Change {
  readonly path: string;
  /** What may stand there, as in {@link SettingDescription}. */
  readonly accepts: string;
  readonly nullable: boolean;
  readonly text: string;
  /** Whether it changes an element of a list, which may be given as a whole beside it. */
  readonly isWithin: boolean;
  /** The settings with it, not yet checked. */
  apply(current: object): object;
}

function settingAt(path: string): Found {
  return (
    settings.find((candidate) => candidate.path === path) ??
    fail('usage', `There is no setting ${quotedShort(path)}. ${asSentence(remedy(path))}`)
  );
}

/** @param read the value from its text, given the schema where there is one */
function changeOf(path: string, text: string, read: (schema: Schema, nullable: boolean) => unknown): Change {
  const axis = axisPath(path);
  if (axis !== null) {
    const field = axis.field === 'scale' ? z.enum(['linear', 'log10']) : z.number();
    const value = read(field, false);
    return {
      path: `networkArchive.axes.${axis.descriptor}.${axis.field}`,
      accepts: accepts(field),
      nullable: false,
      text,
      isWithin: true,
      apply: (current) => withAxisField(current, axis, value),
    };
  }
  const { schema, nullable, accepts: kind } = settingAt(path);
  const value = read(schema, nullable);
  const apply = (current: object): object => withValue(current, path.split('.'), value);
  return { path, accepts: kind, nullable, text, isWithin: false, apply };
}

function readAssignment(assignment: string): Change {
  const sign = assignment.indexOf('=');
  if (sign < 1)
    fail('usage', `A setting is given as path=value, for example recipe.epochs=3, not "${quotedShort(assignment)}".`);
  const text = assignment.slice(sign + 1).trim();
  return changeOf(assignment.slice(0, sign).trim(), text, (schema, nullable) => readValue(schema, nullable, text));
}

function withChanges(current: Settings, changes: readonly Change[]): Settings {
  const inOrder = [...changes.filter(({ isWithin }) => !isWithin), ...changes.filter(({ isWithin }) => isWithin)];
  const changed = inOrder.reduce<object>((tree, change) => change.apply(tree), current);
  const parsed = settingsSchema.safeParse(changed);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = namedPlace(changed, issue?.path ?? []);
  const culprit = changes.find(({ path }) => place === path || place.startsWith(`${path}.`));
  const why = issue === undefined ? '' : `${place}: ${issue.message}`;
  if (culprit === undefined) return fail('usage', `These settings do not go together: ${why}.`);
  const { path, accepts: kind, nullable, text } = culprit;
  // That another type was given is said already.
  const more = issue?.code === 'invalid_type' && place === path ? '' : ` (${why})`;
  return fail('usage', `${path} takes ${kind}${nullable ? ' or null' : ''}, not "${quotedShort(text)}"${more}.`);
}

/**
 * Settings with some of them changed, valid together: the order does not matter but for a path given twice.
 * `assignments`: `recipe.epochs=3`, `networkArchive.axes=flops,depth`, `networkArchive.axes.flops.min=5`, `crossover.networks=[2]`, `trainer.workers=null`.
 * @throws FailureError kind `usage` for an unknown path (the nearest are offered) or a value that does not fit
 */
export function applySettings(current: Settings, assignments: readonly string[]): Settings {
  return withChanges(current, assignments.map(readAssignment));
}

/** {@link applySettings} with values by path, as a form or a message gives them. */
export function changeSettings(current: Settings, values: Readonly<Record<string, unknown>>): Settings {
  const changes = Object.entries(values).map(([path, value]) =>
    changeOf(path, typeof value === 'string' ? value : JSON.stringify(value), () => value),
  );
  return withChanges(current, changes);
}

/** {@link applySettings} with one assignment. */
export function applySetting(current: Settings, assignment: string): Settings {
  return applySettings(current, [assignment]);
}

/** Of what is wrong with a file of settings, so many are told; more would not be read. */
const problemsTold = 10;

/**
 * Settings from a file or a preset, whole or in part; what is left out has its default.
 * @throws FailureError kind `usage` naming the path of each field that is unknown or does not fit
 */
export function parseSettings(value: unknown): Settings {
  const parsed = settingsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue): (() => string)[] => {
    const place = namedPlace(typeof value === 'object' && value !== null ? value : {}, issue.path);
    if (issue.code !== 'unrecognized_keys') return [() => `${place}: ${issue.message}`];
    return issue.keys.map((key) => () => {
      const path = place === '' ? key : `${place}.${key}`;
      return `there is no setting ${quotedShort(path)}; ${remedy(path)}`;
    });
  });
  const told = problems.slice(0, problemsTold).map((problem) => problem());
  const more = problems.length > problemsTold ? `; and ${problems.length - problemsTold} more` : '';
  return fail('usage', `The settings are not valid. ${told.join('; ')}${more}`);
}
