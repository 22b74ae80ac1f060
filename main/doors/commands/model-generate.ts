/** `model generate`: completions of a prompt by a local model, one for each seed. */

import { buffer as bytesOfStream } from 'node:stream/consumers';
import { fail, failureOf } from '../../../core/failure.ts';
import { asksOfWords } from '../../../core/network/asks.ts';
import type { Network } from '../../../core/network/ir.ts';
import { answerTokens, type Levers, withLevers } from '../../../core/search/model-profile.ts';
import { presets } from '../../../core/search/presets.ts';
import { instructionIn } from '../../../core/search/prompt-text.ts';
import { type WrittenPrompt, writtenPrompt } from '../../../core/search/written-prompt.ts';
import { linesOf, visibleLine } from '../../../core/text/visible.ts';
import { decodeText, readTextFile } from '../../files/text-file.ts';
import { opened } from '../../llm/chat/chat-answer.ts';
import { chatMessage } from '../../llm/chat/chat-message.ts';
import { renderChat } from '../../llm/chat/chat-template.ts';
import type { LocalLanguageModel } from '../../llm/language-model.ts';
import type { ReadyModel } from '../../llm/open-model.ts';
import { turns } from '../../llm/turns.ts';
import { withReadingThread } from '../../reading/while-needed.ts';
import type { Command } from './command.ts';
import { leversOption, leversUsage, openModel, samplingOf, samplingOptions, samplingUsage } from './model-options.ts';
import { textOption } from './options.ts';

/** Where --max-tokens is not given: the defaults of a search. */
const limits = presets.paper.sampling;
/** Milliseconds of writing without a word about it. */
const patience = 5000;

/** The text in a file, or on stdin where it is `-`. @throws FailureError `file` */
async function promptIn(file: string): Promise<string> {
  if (file === '-') return decodeText(await bytesOfStream(process.stdin), 'The text on stdin');
  try {
    return readTextFile(file, `--prompt-file ${file}`);
  } catch (error) {
    const { kind, message } = failureOf(error);
    return fail(kind, `${message} Give a file with the text to complete, or - for stdin.`);
  }
}

/** The network that a prompt shows; none where it shows no network. */
async function networksIn(prompt: string, signal: AbortSignal): Promise<Network[]> {
  const read = await withReadingThread(async (thread) => thread.interpreter()(prompt, undefined, signal));
  return read.ok ? [read.value.network] : [];
}

type Parts = ReturnType<typeof withLevers>;

/**
 * The parts of a request for a prompt that somebody wrote. Where it begins the class itself, a chat model's answer begins
 * so, and a text to continue ends so.
 * @throws FailureError `usage` for levers that begin the class too
 */
async function partsFor(
  { prompt, begun }: WrittenPrompt,
  levers: Levers,
  model: ReadyModel,
  signal: AbortSignal,
): Promise<Parts> {
  if (begun !== null && (levers.prefill || levers.grammar)) {
    fail('usage', 'The prompt begins the class itself, and so do --levers prefill and grammar. Leave one of them out.');
  }
  const parents = await networksIn(prompt, signal);
  const parts = withLevers(levers, prompt, asksOfWords(instructionIn(prompt)), () => parents);
  if (begun === null) return parts;
  const answers = model.form.form === 'chat' && (model.served === null || model.unable.prefill === undefined);
  return answers ? { ...parts, prefill: begun } : { ...parts, prompt: `${parts.prompt}${begun}` };
}

/** What the model gets, for people: the whole text where it is ours to lay out, the message where a server does that. */
function sentText(model: ReadyModel, { prompt, prefill = '' }: Parts): string {
  if (model.form.form === 'completion') return `${prompt}${prefill}`;
  const { template } = model.form;
  const message = chatMessage(prompt);
  const asked = template === null ? `${message}\n` : renderChat(template, message, { bos: '', eos: '' });
  return `${asked}${opened(prefill)}`;
}

/** Tokens that the model's context leaves beside what is sent. */
async function roomFor(model: LocalLanguageModel, sent: string): Promise<number> {
  return model.contextLength - (await model.tokenize(sent)).length - 1;
}

/** Characters of what is sent that are shown: its end, by which an answer begins well or not. */
const shownEnd = 60;

function sentLine(form: string, text: string, changes: readonly string[]): string {
  const end = `"${visibleLine(text.slice(-shownEnd))}"`;
  const how = form === 'chat' ? 'through the chat template' : 'as a text to continue';
  const changed = changes.length === 0 ? 'as it was given' : changes.join('; ');
  return `Sent ${how}, ${text.length} characters that end in ${end}: ${changed}.`;
}

/** Tells how far an answer is that takes long: every few seconds. */
function tellTokens(say: (line: string) => void): (tokens: number) => void {
  let told = performance.now();
  return (tokens) => {
    if (performance.now() - told < patience) return;
    told = performance.now();
    say(`${tokens} tokens so far`);
  };
}

export const modelGenerateCommand: Command = {
  name: 'model generate',
  summary: 'Complete a prompt with a language model.',
  usage: `Usage: llmatic model generate --prompt-file P [--model FILE.gguf] [--n N] [--temperature T] [--seed S] [--json]

  --prompt-file P      the whole text before the completion; - reads it from stdin. Code with an instruction in three
                       quotes, and a class that is begun, end as in a model's training, whatever the editor left there.
                       A chat model gets code and instruction as a message, any other text as the message itself. The
                       answer says what was sent
  --n N                completions, of the seeds S, S + 1, ... (default 1)
  --max-tokens N       tokens of a completion (default ${limits.maxTokens}, with a grammar ${limits.grammarTokens}, or what
                       the model's context leaves)
${leversUsage} (default none); a grammar reads
                       the network in the prompt, and the instruction in the docstring that ends it
${samplingUsage}

A completion stops at the model's end of text, where the class it writes has ended, or after --max-tokens.`,
  options: { ...samplingOptions, 'prompt-file': { type: 'string' }, levers: { type: 'string' } },
  async run({ options, positionals, signal, say }) {
    if (positionals.length > 0)
      fail('usage', `model generate takes no ${positionals[0]}; the prompt is --prompt-file P.`);
    const promptFile = textOption(options, 'prompt-file');
    if (promptFile === null) return fail('usage', 'model generate needs --prompt-file P: the text to complete.');
    const sampling = samplingOf(options);
    const written = writtenPrompt(await promptIn(promptFile));
    signal.throwIfAborted();
    const model = await openModel(sampling, { signal, say }, tellTokens(say));
    try {
      const { form } = model.form;
      const { how, seed: firstSeed } = sampling;
      const parts = await partsFor(written, leversOption(options, 'none', model), model, signal);
      const text = sentText(model, parts);
      say(sentLine(form, text, written.changes));
      const room = model.served === null ? await roomFor(model, text) : Number.POSITIVE_INFINITY;
      const usual = answerTokens(limits, parts.grammar !== undefined);
      const maxTokens = sampling.maxTokens ?? Math.max(1, Math.min(usual, room));
      const count = sampling.n ?? 1;
      let done = 0;
      const one = async (seed: number) => {
        signal.throwIfAborted();
        const generation = await model.generate({ ...how, ...parts, maxTokens, seed }, signal);
        if (count > 1) say(`${++done} of ${count}: seed ${seed}, ${generation.tokens} tokens`);
        return { seed, ...generation };
      };
      const queue = turns(() => model.capacity ?? 1);
      const seeds = Array.from({ length: count }, (_, index) => (firstSeed + index) % 2 ** 32);
      const samples = await Promise.all(seeds.map((seed) => queue.take(() => one(seed))));
      return {
        json: {
          samples,
          model: { name: model.name, hash: model.hash, ...(model.served === null ? {} : { served: model.served }) },
          form,
          sent: { text, changes: written.changes },
          mode: sampling.mode,
          ...how,
          maxTokens,
        },
        text: samples.flatMap(({ seed, text }) => [...(count > 1 ? [`# seed ${seed}`] : []), ...linesOf(text)]),
      };
    } finally {
      await model.close();
    }
  },
};
