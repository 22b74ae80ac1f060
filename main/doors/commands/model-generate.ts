/** `model generate`: completions of a prompt by a local model, one for each seed. */
import { readFile } from 'node:fs/promises';
import { text as textOfStream } from 'node:stream/consumers';
import { fail } from '../../../core/failure.ts';
import type { Network } from '../../../core/network/ir.ts';
import { answerTokens, withLevers } from '../../../core/search/model-profile.ts';
import { presets } from '../../../core/search/presets.ts';
import { whyOfFile } from '../../files/file-trouble.ts';
import { loadInterpreter } from '../../interpreter.ts';
import { chatMessage } from '../../llm/chat/chat-message.ts';
import { renderChat } from '../../llm/chat/chat-template.ts';
import type { LocalLanguageModel } from '../../llm/language-model.ts';
import { turns } from '../../llm/turns.ts';
import type { Command } from './command.ts';
import { leversOption, leversUsage, openModel, samplingOf, samplingOptions, samplingUsage } from './model-options.ts';
import { textOption } from './options.ts';

/** Where --max-tokens is not given: the defaults of a search. */
const limits = presets.paper.sampling;
/** Milliseconds of writing without a word about it. */
const patience = 5000;

/** The text in a file, or on stdin where it is `-`. @throws FailureError `file` */
async function promptIn(file: string): Promise<string> {
  if (file === '-') return textOfStream(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    return fail(
      'file',
      `--prompt-file ${file} ${whyOfFile(error)}. Give a file with the text to complete, or - for stdin.`,
    );
  }
}

/** The network that a prompt shows; none where it shows no network. */
async function networksIn(prompt: string): Promise<Network[]> {
  const interpret = await loadInterpreter();
  const read = interpret(prompt);
  return read.ok ? [read.value.network] : [];
}

/** Tokens that the model's context leaves beside the prompt. */
async function roomFor(model: LocalLanguageModel, prompt: string, prefill: string): Promise<number> {
  const { template } = model.form;
  const whole = template === null ? prompt : renderChat(template, chatMessage(prompt), { bos: '', eos: '' });
  return model.contextLength - (await model.tokenize(whole + prefill)).length - 1;
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

  --prompt-file P      the whole text before the completion; - reads it from stdin. A chat model gets code that ends
                       with an instruction in three quotes as a message, any other text as the message itself
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
    const prompt = await promptIn(promptFile);
    signal.throwIfAborted();
    const model = await openModel(sampling, { signal, say }, tellTokens(say));
    try {
      const { form } = model.form;
      const { how, seed: firstSeed } = sampling;
      const parents = await networksIn(prompt);
      const levers = leversOption(options, 'none', model);
      const parts = withLevers(levers, prompt, () => parents);
      const room =
        model.served === null ? await roomFor(model, parts.prompt, parts.prefill ?? '') : Number.POSITIVE_INFINITY;
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
          mode: sampling.mode,
          ...how,
          maxTokens,
        },
        text: samples.map(({ seed, text }) => (count > 1 ? `# seed ${seed}\n${text}` : text)).join('\n'),
      };
    } finally {
      await model.close();
    }
  },
};
