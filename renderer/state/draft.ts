/** A new search before it starts: a preset and what differs from it. */
import type { ContractFailure } from '../../core/contract/failure.ts';
import type { SettingField } from '../../core/contract/settings.ts';
import { sameAddress } from '../../core/search/served-address.ts';
import { type SettingPath, valueOfSetting } from '../../core/search/setting-path.ts';
import { settingPaths } from '../../core/search/setting-paths.ts';
import type { Settings } from '../../core/search/settings.ts';

/** Values as they are being typed: not all fit their setting. */
export type Changes = { readonly [P in SettingPath]?: unknown };

/** A preset and what differs from it. */
export interface Draft {
  readonly preset: Settings;
  readonly changes: Changes;
}

/** A setting's value as it stands. */
export function draftValue({ preset, changes }: Draft, path: SettingPath): unknown {
  return Object.hasOwn(changes, path) ? changes[path] : valueOfSetting(preset, path);
}

export function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What was allowed for the address of a model is taken back when the model is elsewhere. */
function withWordFor(before: Changes, after: Changes): Changes {
  if (sameValue(before.model, after.model) || sameAddress(before.model, after.model)) return after;
  const { 'served.allowRemote': _, ...others } = after;
  return others;
}

/** The changes with one more; a value that is the preset's own is no change. */
export function withChange(changes: Changes, preset: Settings, path: SettingPath, value: unknown): Changes {
  const { [path]: _, ...others } = changes;
  return withWordFor(changes, sameValue(valueOfSetting(preset, path), value) ? others : { ...others, [path]: value });
}

/** The changes without one. */
export function withoutChange(changes: Changes, path: SettingPath): Changes {
  const { [path]: _, ...others } = changes;
  return withWordFor(changes, others);
}

/** Changes that remain when the preset becomes another: those that still change something. */
export function changesUnder(changes: Changes, preset: Settings): Changes {
  const kept = changedPaths(changes).filter((path) => !sameValue(valueOfSetting(preset, path), changes[path]));
  return Object.fromEntries(kept.map((path) => [path, changes[path]]));
}

/** The settings that are changed, in the order of the changes. */
export function changedPaths(changes: Changes): SettingPath[] {
  return Object.keys(changes).filter((path): path is SettingPath => settingPaths.some((known) => known === path));
}

/** A value as the text of an input. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a person typed, as the field's value; what does not fit its kind stays text, for the engine to refuse. */
export function readText(field: Pick<SettingField, 'kind' | 'nullable'>, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '' && field.nullable) return null;
  if (field.kind === 'text' || field.kind === 'choice') return trimmed;
  if (field.kind === 'list') {
    try {
      return JSON.parse(trimmed.startsWith('[') ? trimmed : `[${trimmed}]`);
    } catch {
      return trimmed;
    }
  }
  if (field.kind === 'switch') return trimmed === 'true' ? true : trimmed === 'false' ? false : trimmed;
  const number = Number(trimmed.replace(/[\s\u202f_]/g, ''));
  return trimmed === '' || !Number.isFinite(number) ? trimmed : number;
}

/** The field that a failure speaks of: the longest path that stands in its message as a whole. */
export function fieldOfProblem(problem: ContractFailure, fields: readonly SettingField[]): SettingPath | null {
  const named = fields
    .filter(({ path, kind }) => {
      const at = problem.message.indexOf(path);
      if (at < 0) return false;
      const before = problem.message[at - 1] ?? ' ';
      const after = problem.message.slice(at + path.length);
      // Below a list lie its elements, which are no fields of their own.
      return !/[\w.]/.test(before) && !(kind === 'list' ? /^\w/ : /^\w|^\.\w/).test(after);
    })
    .sort((a, b) => b.path.length - a.path.length);
  return named[0]?.path ?? null;
}

/** `networkArchive` as `Network archive`; settings outside any group stand under `Search`. */
export function groupOf(path: string): string {
  const dot = path.indexOf('.');
  return dot < 0 ? 'Search' : inWords(path.slice(0, dot));
}

/** `trainImages` as `Train images`; below a group `flops.scale` as `FLOPs scale`. */
export function inWords(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, (_all, a: string, b: string) => `${a} ${b.toLowerCase()}`)
    .replaceAll('.', ' ')
    .replace(/\bflops\b/g, 'FLOPs')
    .replace(/\bqd\b/g, 'QD');
  return words.startsWith('FLOPs') ? words : words.charAt(0).toUpperCase() + words.slice(1);
}

/** A setting's sentence as a form shows it: what is null in a file is an empty field here, a switch is on or off. */
export function forPeople(sentence: string): string {
  return sentence
    .replace(/\bnull\b/g, 'empty')
    .replace(/\btrue\b/g, 'on')
    .replace(/\bfalse\b/g, 'off');
}
