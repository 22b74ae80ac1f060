/** `prompts list`, `prompts show`, `prompts preview`, `prompts import`: what language models are told. */

import { fail } from '../../../core/failure.ts';
import { asksText } from '../../../core/network/asks.ts';
import { type PromptChoice, promptChoices } from '../../../core/search/prompt-preview.ts';
import { type AnyPromptSet, asksOf, type PromptSet, promptNumber } from '../../../core/search/prompt-set.ts';
import { isServed } from '../../../core/search/served-address.ts';
import { linesOf } from '../../../core/text/visible.ts';
import { readPythonFile } from '../../files/text-file.ts';
import { createLanguageModel } from '../../llm/language-model.ts';
import { samplePrompt } from '../../prompt-samples.ts';
import { importPromptSet, listPromptSets, type PromptSetEntry, readAnyPromptSet } from '../../prompt-sets.ts';
import type { Command } from './command.ts';
import { textOption } from './options.ts';

function entryLine(entry: PromptSetEntry): string {
  if ('problem' in entry) return `${entry.name}: ${entry.problem}`;
  const { set, own } = entry;
  return `${set.name}: ${set.mutation.length} prompts that change a ${set.changes}${own ? ', your own' : ''}; ${set.source}`;
}

const listCommand: Command = {
  name: 'prompts list',
  summary: 'List the prompt sets.',
  usage: `Usage: llmatic prompts list [--json]

Lists the prompt sets of LLMatic and your own: how many prompts, what they change, where they come from.`,
  options: {},
  async run({ positionals }) {
    if (positionals.length > 0) fail('usage', 'prompts list takes no arguments.');
    const sets = listPromptSets();
    return { json: { sets }, text: sets.map(entryLine) };
  },
};

function only(positionals: readonly string[], command: string, what: string): string {
  const [value] = positionals;
  if (value === undefined || positionals.length > 1) fail('usage', `${command} takes one ${what}. See --help.`);
  return value;
}

/** What a prompt asks for, and whether that is checked. */
function asksLine(set: PromptSet, id: string): string {
  if (set.mutation.every((prompt) => prompt.id !== id)) return 'asks for another network';
  const { asks, stated } = asksOf(set, id);
  return stated ? `asks for ${asksText(asks)}` : `asks for ${asksText(asks)}, by its words: the set does not say`;
}

function choiceLine(set: AnyPromptSet, { id, text }: PromptChoice, width: number): string {
  const asks = set.changes === 'network' ? ` (${asksLine(set, id)})` : '';
  return `${String(promptNumber(set, id) ?? '-').padStart(4)}  ${id.padEnd(width)}  ${text}${asks}`;
}

const showCommand: Command = {
  name: 'prompts show',
  summary: 'Show the prompts of a set.',
  usage: `Usage: llmatic prompts show SET|FILE.json [--json]

Shows each prompt with its number on the axis of the prompt archive. The JSON is the set as a file holds it.`,
  options: {},
  async run({ positionals }) {
    const set = readAnyPromptSet(only(positionals, 'prompts show', 'set'));
    const choices = promptChoices(set);
    const width = Math.max(...choices.map(({ id }) => id.length));
    return { json: set, text: [set.source, ...choices.map((each) => choiceLine(set, each, width))] };
  },
};

function readParents(files: readonly string[]): string[] {
  return files.map((file) => readPythonFile(file, `The parent ${file}`));
}

const previewCommand: Command = {
  name: 'prompts preview',
  summary: 'Show the whole text that a language model gets for a prompt.',
  usage: `Usage: llmatic prompts preview SET|FILE.json --prompt ID [--parent FILE.py]... [--chat] [--model FILE.gguf] [--json]

Prints exactly what the model would continue. Without --parent the initial network stands in; crossover-two and
crossover-three show two and three. With --chat it is what a chat model is told as the user's message, around which its own
template goes; the JSON has both. With --model the tokens are counted by that model.`,
  options: {
    prompt: { type: 'string' },
    chat: { type: 'boolean' },
    parent: { type: 'string', multiple: true },
    model: { type: 'string' },
  },
  async run({ positionals, options }) {
    const set = readAnyPromptSet(only(positionals, 'prompts preview', 'set'));
    const id = textOption(options, 'prompt') ?? set.mutation[0]?.id ?? '';
    const files = Array.isArray(options.parent) ? options.parent.map(String) : [];
    const sample = samplePrompt(set, id, readParents(files));
    const form = options.chat === true ? 'chat' : 'completion';
    const text = sample[form];
    const file = textOption(options, 'model');
    if (file === null)
      return { json: { set: set.name, prompt: id, ...sample, form, text, tokens: null }, text: linesOf(text) };
    if (isServed(file)) {
      return fail('usage', `--model ${file}: tokens are counted by a model's file, not at an address. Leave it out.`);
    }
    const model = await createLanguageModel({ file });
    try {
      const tokens = (await model.tokenize(text)).length;
      const room = `${tokens} tokens of ${model.contextLength} that ${model.name} can have`;
      return {
        json: { set: set.name, prompt: id, ...sample, form, text, tokens, contextLength: model.contextLength },
        text: [...linesOf(text), room],
      };
    } finally {
      await model.close();
    }
  },
};

const importCommand: Command = {
  name: 'prompts import',
  summary: 'Keep a prompt set of your own.',
  usage: `Usage: llmatic prompts import FILE.json [--name NAME] [--json]

Checks the file and keeps it in the data folder (LLMATIC_HOME), so that it can be chosen by its name.`,
  options: { name: { type: 'string' } },
  async run({ positionals, options }) {
    const entry = importPromptSet(only(positionals, 'prompts import', 'file'), textOption(options, 'name'));
    return { json: entry, text: [`Kept in ${entry.file}.`, entryLine(entry)] };
  },
};

export const promptsCommands = {
  list: listCommand,
  show: showCommand,
  preview: previewCommand,
  import: importCommand,
} as const;
