/** Options that the commands on language models share. */
import { basename } from 'node:path';
import { fail } from '../../../core/failure.ts';
import { type Levers, leversOf, noLevers } from '../../../core/search/model-profile.ts';
import type { TokenSampling } from '../../../core/search/ports.ts';
import { type ChatChoice, chatChoices } from '../../../core/search/settings.ts';
import { embeddedModelFile } from '../../llm/embedded.ts';
import { createLanguageModel, type LocalLanguageModel } from '../../llm/language-model.ts';
import type { ModelDescription } from '../../llm/model-description.ts';
import { isGeneral } from '../../llm/profile/general.ts';
import type { CommandContext } from './command.ts';

type Options = CommandContext['options'];

/** Text of an option; null where it is not given. */
export function textOption(options: Options, name: string): string | null {
  const value = options[name];
  return typeof value === 'string' ? value : null;
}

/** `--chat auto|on|off`. @throws FailureError `usage` for any other word */
export function chatOption(options: Options): ChatChoice | null {
  const text = textOption(options, 'chat');
  if (text === null) return null;
  const choice = chatChoices.find((each) => each === text);
  return choice ?? fail('usage', `--chat takes one of ${chatChoices.join(', ')}, not ${text}.`);
}

/** A number within bounds; null where it is not given. @throws FailureError `usage` naming the option and the bounds. */
export function numberOption(
  options: Options,
  name: string,
  bounds: { readonly min: number; readonly max: number; readonly whole?: boolean },
): number | null {
  const text = textOption(options, name);
  if (text === null) return null;
  const value = Number(text);
  const wrong = text.trim() === '' || !Number.isFinite(value) || value < bounds.min || value > bounds.max;
  if (wrong || (bounds.whole === true && !Number.isInteger(value))) {
    fail(
      'usage',
      `--${name} takes a ${bounds.whole === true ? 'whole ' : ''}number from ${bounds.min} to ${bounds.max}, not ${text}.`,
    );
  }
  return value;
}

const temperatureBounds = { min: 0, max: 10 } as const;

export const samplingOptions = {
  model: { type: 'string' },
  chat: { type: 'string' },
  temperature: { type: 'string' },
  seed: { type: 'string' },
  n: { type: 'string' },
  'max-tokens': { type: 'string' },
  'top-p': { type: 'string' },
  'top-k': { type: 'string' },
  'min-p': { type: 'string' },
  'repetition-penalty': { type: 'string' },
} as const;

export const samplingUsage = `  --model FILE.gguf    the model; by default the one that ships with LLMatic
  --chat WHEN          prompts through the model's chat template: auto (the default, as \`model inspect\` says), on, off
  --temperature T      0 is greedy (default 0.6)
  --seed S             the same seed and prompt give the same text (default 1)
  --top-p P            share of probability kept; 1 is off (default 1)
  --top-k K            tokens kept; 0 is off (default 0)
  --min-p P            tokens below this share of the likeliest are dropped; 0 is off (default 0)
  --repetition-penalty R
                       makes the last 64 tokens less likely to come again; 1 is off (default 1)`;

export interface Sampling {
  readonly file: string;
  readonly chat: ChatChoice;
  readonly seed: number;
  readonly how: TokenSampling;
  readonly n: number | null;
  readonly maxTokens: number | null;
}

/** @throws FailureError `usage` for a number out of its bounds. */
export function samplingOf(options: Options): Sampling {
  return {
    file: textOption(options, 'model') ?? embeddedModelFile(),
    chat: chatOption(options) ?? 'auto',
    seed: numberOption(options, 'seed', { min: 0, max: 0xffffffff, whole: true }) ?? 1,
    how: {
      temperature: numberOption(options, 'temperature', temperatureBounds) ?? 0.6,
      topP: numberOption(options, 'top-p', { min: 1e-9, max: 1 }) ?? 1,
      topK: numberOption(options, 'top-k', { min: 0, max: 1e9, whole: true }) ?? 0,
      minP: numberOption(options, 'min-p', { min: 0, max: 1 }) ?? 0,
      repetitionPenalty: numberOption(options, 'repetition-penalty', { min: 1, max: 10 }) ?? 1,
    },
    n: numberOption(options, 'n', { min: 1, max: 1e6, whole: true }),
    maxTokens: numberOption(options, 'max-tokens', { min: 1, max: 1e6, whole: true }),
  };
}

/** For --levers. */
export const leversUsage = `  --levers LIST        how the model is helped: prefill, grammar, example, with commas between; none; or auto, as a search
                       chooses by the model`;

/** @throws FailureError `usage` naming the levers there are. */
export function leversOption(options: Options, otherwise: string, description: ModelDescription): Levers {
  const text = textOption(options, 'levers') ?? otherwise;
  if (text === 'none') return noLevers;
  const auto = { prefill: 'auto', grammar: 'auto', example: 'auto' } as const;
  if (text === 'auto') return leversOf(auto, isGeneral(description));
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !Object.hasOwn(noLevers, name));
  if (wrong !== undefined)
    fail('usage', `--levers takes ${Object.keys(noLevers).join(', ')}, none or auto, not ${wrong}.`);
  const isOn = (name: keyof Levers): boolean => names.includes(name);
  return { prefill: isOn('prefill'), grammar: isOn('grammar'), example: isOn('example') };
}

/**
 * `--temperatures 0.2,0.6`; what `--temperature` gives, or null where neither is given.
 * @throws FailureError `usage` for both at once, or a number out of its bounds
 */
export function temperaturesOption(options: Options): number[] | null {
  const list = textOption(options, 'temperatures');
  const one = numberOption(options, 'temperature', temperatureBounds);
  if (list === null) return one === null ? null : [one];
  if (one !== null) fail('usage', 'Give --temperature or --temperatures, not both.');
  const given = list.split(',').map((temperature) => {
    return numberOption({ temperatures: temperature }, 'temperatures', temperatureBounds) ?? 0;
  });
  return [...new Set(given)];
}

/** Loads the model of a command: progress to `say` where it takes a while, given up on Ctrl-C. */
export function openModel(
  { file, chat }: Pick<Sampling, 'file' | 'chat'>,
  { signal, say }: Pick<CommandContext, 'signal' | 'say'>,
): Promise<LocalLanguageModel> {
  let told = 0;
  const started = performance.now();
  return createLanguageModel({
    file,
    chat,
    signal,
    onProgress(share) {
      const tenth = Math.floor(10 * share);
      if (tenth <= told || performance.now() - started < 2000) return;
      told = tenth;
      say(`Loading ${basename(file)}: ${10 * tenth} %`);
    },
  });
}

/** Counts in a readable unit: 2.2 M, 350 M, 7 B. */
export function shortCount(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toPrecision(3)} B`;
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e3) return `${(value / 1e3).toPrecision(3)} k`;
  return String(value);
}
