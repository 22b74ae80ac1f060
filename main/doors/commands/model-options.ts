/** Options that the commands on language models share. */
import { fail } from '../../../core/failure.ts';
import { type Levers, noLevers, profileSchema } from '../../../core/search/model-profile.ts';
import type { TokenSampling } from '../../../core/search/ports.ts';
import { presets } from '../../../core/search/presets.ts';
import { type ChatChoice, chatChoices, type GenerationMode } from '../../../core/search/settings.ts';
import { embeddedModelFile } from '../../llm/embedded.ts';
import { leversFor, openModelAt, type ReadyModel } from '../../llm/open-model.ts';
import { placeName } from '../../llm/served/address.ts';
import type { CommandContext } from './command.ts';
import { type Options, textOption } from './options.ts';

/** `--chat auto|on|off`. @throws FailureError `usage` for any other word */
function chatOption(options: Options): ChatChoice | null {
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
  'allow-remote': { type: 'boolean' },
  chat: { type: 'string' },
  temperature: { type: 'string' },
  seed: { type: 'string' },
  n: { type: 'string' },
  'max-tokens': { type: 'string' },
  'top-p': { type: 'string' },
  'top-k': { type: 'string' },
  'min-p': { type: 'string' },
  'repetition-penalty': { type: 'string' },
  fast: { type: 'boolean' },
  parallel: { type: 'string' },
  threads: { type: 'string' },
} as const;

/** For --allow-remote, wherever a model may be an address. */
export const remoteUsage = `  --allow-remote       the model may be at an address outside this machine: every prompt is then sent there`;

/** For --fast and --parallel. */
const fastUsage = `  --fast               several completions at once, which share what their prompts have in common: faster, and not
                       reproducible, for the sums of one round otherwise with what runs beside it
  --parallel N         with --fast: completions at once, where memory allows (default ${presets.paper.generation.parallel})
  --threads N          threads of the model; by default those that a trial found best when the file was first loaded here`;

export const samplingUsage = `  --model FILE.gguf    the model; by default the one that ships with LLMatic. Or an address: --model
                       http://127.0.0.1:8080/v1#NAME asks llama-server, Ollama, LM Studio; a key: LLMATIC_API_KEY
${remoteUsage}
  --chat WHEN          prompts through the model's chat template: auto (the default, as \`model inspect\` says), on, off
  --temperature T      0 is greedy (default 0.6)
  --seed S             the same seed and prompt give the same text (default 1)
  --top-p P            share of probability kept; 1 is off (default 1)
  --top-k K            tokens kept; 0 is off (default 0)
  --min-p P            tokens below this share of the likeliest are dropped; 0 is off (default 0)
  --repetition-penalty R
                       makes the last 64 tokens less likely to come again; 1 is off (default 1)
${fastUsage}`;

export interface Sampling {
  /** A GGUF file, or the address of a server. */
  readonly file: string;
  readonly allowRemote: boolean;
  readonly chat: ChatChoice;
  readonly mode: GenerationMode;
  /** Completions at once in fast mode; null for the usual number. */
  readonly parallel: number | null;
  /** Null for those of a measured trial. */
  readonly threads: number | null;
  readonly seed: number;
  readonly how: TokenSampling;
  readonly n: number | null;
  readonly maxTokens: number | null;
}

/** @throws FailureError `usage` for a number out of its bounds. */
export function samplingOf(options: Options): Sampling {
  return {
    file: textOption(options, 'model') ?? embeddedModelFile(),
    allowRemote: options['allow-remote'] === true,
    chat: chatOption(options) ?? 'auto',
    ...fastOption(options),
    threads: numberOption(options, 'threads', { min: 1, max: 1024, whole: true }),
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

/** `--fast` and `--parallel`. @throws FailureError `usage` for --parallel without --fast */
function fastOption(options: Options): Pick<Sampling, 'mode' | 'parallel'> {
  const parallel = numberOption(options, 'parallel', { min: 1, max: 64, whole: true });
  if (options.fast === true) return { mode: 'fast', parallel };
  if (parallel !== null) fail('usage', '--parallel N is for fast mode: give --fast with it.');
  return { mode: 'reproducible', parallel };
}

/** For --levers. */
export const leversUsage = `  --levers LIST        how the model is helped: prefill, grammar, example, with commas between; none; or auto, as a search
                       chooses by the model`;

/** @throws FailureError `usage` naming the levers there are, or the one that cannot be applied to this model. */
export function leversOption(options: Options, otherwise: string, model: ReadyModel): Levers {
  const text = textOption(options, 'levers') ?? otherwise;
  if (text === 'none') return noLevers;
  if (text === 'auto') return leversFor(profileSchema.parse({}), model);
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !Object.hasOwn(noLevers, name));
  if (wrong !== undefined)
    fail('usage', `--levers takes ${Object.keys(noLevers).join(', ')}, none or auto, not ${wrong}.`);
  const choice = (name: keyof Levers): 'on' | 'off' => (names.includes(name) ? 'on' : 'off');
  return leversFor({ prefill: choice('prefill'), grammar: choice('grammar'), example: choice('example') }, model);
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
    if (temperature.trim() === '') {
      return fail('usage', `--temperatures ${list} has an empty place. Give numbers with commas between: 0.2,0.6,1.0.`);
    }
    return numberOption({ temperatures: temperature }, 'temperatures', temperatureBounds) ?? 0;
  });
  return [...new Set(given)];
}

/**
 * Opens the model of a command: progress to `say` where it takes a while, given up on Ctrl-C. `onTokens` hears how far
 * the answer of a served model is.
 */
export function openModel(
  {
    file,
    chat,
    allowRemote,
    mode,
    parallel,
    threads,
  }: Pick<Sampling, 'file' | 'chat' | 'allowRemote' | 'mode' | 'parallel' | 'threads'>,
  { signal, say }: Pick<CommandContext, 'signal' | 'say'>,
  onTokens?: (tokens: number) => void,
): Promise<ReadyModel> {
  let told = 0;
  const started = performance.now();
  const served = { allowRemote, ...(onTokens === undefined ? {} : { onTokens }) };
  return openModelAt(file, served, {
    chat,
    mode,
    ...(parallel === null ? {} : { parallel }),
    threads,
    signal,
    onProgress(share) {
      const tenth = Math.floor(10 * share);
      if (tenth <= told || performance.now() - started < 2000) return;
      told = tenth;
      say(`Loading ${placeName(file)}: ${10 * tenth} %`);
    },
  });
}
