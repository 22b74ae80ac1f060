/** The settings of a new search: a preset, changed by a configuration file, then by options, then by --set. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { fail } from '../../../core/failure.ts';
import { type PresetName, presetNames, presets } from '../../../core/search/presets.ts';
import { type Settings, settingsSchema, strategyNames } from '../../../core/search/settings.ts';
import { didYouMean } from '../nearest.ts';
import type { CommandContext } from './command.ts';

const treeSchema = z.record(z.string(), z.json());

type Tree = z.infer<typeof treeSchema>;

/** Settings that a search starts from, and the preset they were made from. */
export interface ChosenSettings {
  readonly preset: PresetName;
  readonly settings: Settings;
}

function asTree(value: unknown): Tree | null {
  const parsed = treeSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** Lays `changes` over `base`: records merge field by field, all else (lists too) is replaced. */
function merged(base: Tree, changes: Tree): Tree {
  const result: Tree = { ...base };
  for (const [key, value] of Object.entries(changes)) {
    const inner = Array.isArray(value) ? null : asTree(value);
    const held = asTree(result[key]);
    result[key] = inner !== null && held !== null ? merged(held, inner) : value;
  }
  return result;
}

/** Every path of a settings tree that ends in a value: `recipe.epochs`. */
function pathsOf(tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const inner = Array.isArray(value) ? null : asTree(value);
    return inner === null ? [`${prefix}${key}`] : pathsOf(inner, `${prefix}${key}.`);
  });
}

/** A value as --set gives it: JSON where it is JSON, else the text itself. */
function settingValue(text: string): z.infer<ReturnType<typeof z.json>> {
  try {
    return z.json().parse(JSON.parse(text));
  } catch {
    return text;
  }
}

/** One `--set path=value` as a tree. @throws FailureError (`usage`) for a path that no setting has */
function setting(assignment: string, known: readonly string[]): Tree {
  const at = assignment.indexOf('=');
  if (at < 1) fail('usage', `--set ${assignment}: write it as path=value, for example --set recipe.epochs=3.`);
  const path = assignment.slice(0, at);
  if (!known.includes(path)) {
    fail(
      'usage',
      `--set ${path}: there is no such setting.${didYouMean(path, known)} \`runs show RUN --json\` shows them all.`,
    );
  }
  let tree: Tree = {};
  const keys = path.split('.').reverse();
  keys.forEach((key, index) => {
    tree = { [key]: index === 0 ? settingValue(assignment.slice(at + 1)) : tree };
  });
  return tree;
}

function readConfiguration(file: string): Tree {
  const text = readFileSync(file, 'utf8');
  try {
    return treeSchema.parse(JSON.parse(text));
  } catch (error) {
    const why =
      error instanceof z.ZodError ? 'it is no JSON object' : error instanceof Error ? error.message : String(error);
    return fail(
      'input',
      `--config ${file}: ${why}. Give a JSON object with settings, such as {"recipe": {"epochs": 3}}.`,
    );
  }
}

function presetOf(name: string): PresetName {
  if (name === 'nasbench201') fail('unsupported', '--preset nasbench201 is planned and not part of this version.');
  const found = presetNames.find((preset) => preset === name);
  return (
    found ??
    fail(
      'usage',
      `--preset ${name}: there is none of this name.${didYouMean(name, presetNames)} There is: ${presetNames.join(', ')}.`,
    )
  );
}

/** An option's text as a whole number. @throws FailureError (`usage`) */
function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) fail('usage', `--${name} ${text}: give a whole number.`);
  return value;
}

/** The options that stand for one setting each. */
function optionChanges(options: CommandContext['options']): Tree {
  const text = (name: string): string | null => (typeof options[name] === 'string' ? options[name] : null);
  const changes: Tree = {};
  const trainer: Tree = {};
  const seed = text('seed');
  const workers = text('workers');
  const strategy = text('strategy');
  if (seed !== null) changes.seed = wholeNumber('seed', seed);
  if (strategy !== null) {
    const known: readonly string[] = strategyNames;
    if (!known.includes(strategy)) {
      fail(
        'usage',
        `--strategy ${strategy}: there is none of this name.${didYouMean(strategy, known)} There is: ${known.join(', ')}.`,
      );
    }
    changes.strategy = strategy;
  }
  for (const name of ['model', 'dataset']) {
    const value = text(name);
    if (value !== null) changes[name] = value;
  }
  const device = text('device');
  if (device !== null) trainer.device = device;
  if (workers !== null) trainer.workers = wholeNumber('workers', workers);
  if (Object.keys(trainer).length > 0) changes.trainer = trainer;
  return changes;
}

/** @throws FailureError (`usage`, `input`, `unsupported`) naming option, setting and remedy */
export function chosenSettings(options: CommandContext['options']): ChosenSettings {
  const preset = presetOf(typeof options.preset === 'string' ? options.preset : 'laptop');
  let tree = treeSchema.parse(presets[preset]);
  const known = pathsOf(tree);
  if (typeof options.config === 'string') tree = merged(tree, readConfiguration(options.config));
  tree = merged(tree, optionChanges(options));
  const assignments = Array.isArray(options.set) ? options.set : [];
  for (const assignment of assignments) tree = merged(tree, setting(String(assignment), known));
  const parsed = settingsSchema.safeParse(tree);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'settings'}: ${issue.message}`);
    return fail('input', `These settings do not hold: ${issues.join('; ')}.`);
  }
  return { preset, settings: parsed.data };
}
