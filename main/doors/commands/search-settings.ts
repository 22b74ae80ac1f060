/**
 * The settings of a new search: a preset, with another recipe where one is named, changed by a configuration file, then
 * by options, then by --set.
 */
import * as z from 'zod';
import { fail } from '../../../core/failure.ts';
import { type PresetName, presetNames, presets } from '../../../core/search/presets.ts';
import { sameAddress } from '../../../core/search/served-address.ts';
import { applySetting, parseSettings } from '../../../core/search/setting-paths.ts';
import type { Settings } from '../../../core/search/settings.ts';
import { strategyNames } from '../../../core/search/strategies/table.ts';
import { didYouMean } from '../../../core/spelling.ts';
import { readJsonFile } from '../../files/json-file.ts';
import { deviceChoice } from '../../training/devices.ts';
import type { CommandContext } from './command.ts';
import { recipeNamed } from './training-options.ts';

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

function readConfiguration(file: string): Tree {
  const read = treeSchema.safeParse(readJsonFile(file, `--config ${file}`));
  if (read.success) return read.data;
  return fail(
    'input',
    `--config ${file} is no JSON object. Give one with settings, such as {"recipe": {"epochs": 3}}.`,
  );
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

/** `--workers N`, or null. @throws FailureError (`usage`) */
export function workersOption(options: CommandContext['options']): number | null {
  return typeof options.workers === 'string' ? wholeNumber('workers', options.workers) : null;
}

/** The options that stand for one setting each. */
function optionChanges(options: CommandContext['options']): Tree {
  const text = (name: string): string | null => (typeof options[name] === 'string' ? options[name] : null);
  const changes: Tree = {};
  const trainer: Tree = {};
  const seed = text('seed');
  const workers = workersOption(options);
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
  for (const name of ['model', 'chat', 'dataset']) {
    const value = text(name);
    if (value !== null) changes[name] = value;
  }
  if (options['allow-remote'] === true) changes.served = { allowRemote: true };
  const prompts = text('prompts');
  if (prompts !== null) changes.promptSet = prompts;
  const threads = text('threads');
  if (options.fast === true || threads !== null) {
    changes.generation = {
      ...(options.fast === true ? { mode: 'fast' } : {}),
      ...(threads === null ? {} : { threads: wholeNumber('threads', threads) }),
    };
  }
  const device = text('device');
  if (device !== null) trainer.device = deviceChoice(device);
  if (workers !== null) trainer.workers = workers;
  if (Object.keys(trainer).length > 0) changes.trainer = trainer;
  return changes;
}

/**
 * A configuration's word that its model may be on another machine holds for that address alone: a model that the command
 * line names needs a word of the command line.
 */
function withOwnWord(settings: Settings, configuration: Tree, options: CommandContext['options']): Settings {
  const assignments = Array.isArray(options.set) ? options.set : [];
  const said = assignments.some((assignment) => /^\s*served\.allowRemote\s*=/.test(String(assignment)));
  if (said || options['allow-remote'] === true || sameAddress(configuration.model, settings.model)) return settings;
  return { ...settings, served: { ...settings.served, allowRemote: false } };
}

/** @throws FailureError (`usage`, `input`, `unsupported`) naming option, setting and remedy */
export function chosenSettings(options: CommandContext['options']): ChosenSettings {
  const preset = presetOf(typeof options.preset === 'string' ? options.preset : 'laptop');
  let tree = treeSchema.parse(presets[preset]);
  if (typeof options.recipe === 'string') {
    const { trainImages } = presets[preset].recipe;
    tree = { ...tree, recipe: treeSchema.parse({ ...recipeNamed(options.recipe), trainImages }) };
  }
  if (typeof options.config === 'string') tree = merged(tree, readConfiguration(options.config));
  let settings = parseSettings(merged(tree, optionChanges(options)));
  const assignments = Array.isArray(options.set) ? options.set : [];
  for (const assignment of assignments) settings = applySetting(settings, String(assignment));
  return { preset, settings: withOwnWord(settings, tree, options) };
}
