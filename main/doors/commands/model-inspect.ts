/** `model inspect`: what a GGUF file holds, and what would keep it from running. */
import { resolve } from 'node:path';
import { fail } from '../../../core/failure.ts';
import { isServed } from '../../../core/search/served-address.ts';
import { promptForm } from '../../llm/chat/prompt-form.ts';
import { describePlan } from '../../llm/memory/memory-plan.ts';
import { describeModel, modelProblems } from '../../llm/model-description.ts';
import { hashFiles, readModelFile } from '../../llm/model-file.ts';
import { modelPlans } from '../../llm/model-plans.ts';
import { keptTrials } from '../../llm/threads/kept-trials.ts';
import { chosenThreads, describeTrial } from '../../llm/threads/thread-trial.ts';
import type { Command } from './command.ts';
import { inspectServed } from './model-inspect-served.ts';
import { numberOption, remoteUsage } from './model-options.ts';
import { shortCount } from './short-count.ts';

export const modelInspectCommand: Command = {
  name: 'model inspect',
  summary: 'Show what a GGUF file holds and whether it can run.',
  usage: `Usage: llmatic model inspect FILE.gguf|ADDRESS [--context N] [--allow-remote] [--json]

Reads the header of a GGUF model: architecture, parameters, context, quantization, tokenizer, tensors, the
form of its prompts (a chat, or a text to continue) and why, and the problems that would keep it from running. Estimates the memory it would take here, by llama.cpp's own count of its buffers, and
says what fits: context, batch, layers on a GPU. Nothing is loaded. Exit code 1 where there are problems.
Of an ADDRESS, such as http://127.0.0.1:8080/v1#NAME: what its server says of the model, and how it would be asked.

  --context N          tokens of prompt and completion together; by default what the model was trained on, at most
                       4096, less where memory is short
${remoteUsage}`,
  options: { context: { type: 'string' }, 'allow-remote': { type: 'boolean' } },
  async run({ options, positionals, signal }) {
    const [given] = positionals;
    if (given === undefined || positionals.length > 1) {
      return fail('usage', 'model inspect takes one FILE.gguf. See `llmatic model inspect --help`.');
    }
    if (isServed(given) && options.context !== undefined) {
      fail(
        'usage',
        '--context N is for a file: how much context a served model has, its server decides. Leave it out.',
      );
    }
    if (isServed(given)) return inspectServed(given, { allowRemote: options['allow-remote'] === true, signal });
    const file = resolve(given);
    const { header, bytes, name, files } = await readModelFile(file);
    const problems = modelProblems(header, name);
    const about = describeModel(header);
    const { form, why } = promptForm(header, name, 'auto');
    const context = numberOption(options, 'context', { min: 1, max: 2 ** 31, whole: true });
    const plans = problems.length > 0 ? null : await modelPlans(file, context, signal);
    const memory = plans?.memory ?? null;
    const gpu = plans?.gpu ?? null;
    if (plans !== null && plans.problem !== null) problems.push(plans.problem);
    const sha256 = await hashFiles(files);
    const trial = keptTrials().find(sha256);
    const json = {
      file,
      ...(files.length === 1 ? {} : { parts: files }),
      bytes,
      sha256,
      threads: trial === null ? null : { ...trial, best: chosenThreads(trial, 0) },
      version: header.version,
      ...about,
      prompts: { form, why },
      tensorCount: header.tensors.length,
      memory,
      gpu,
      problems,
    };
    const lines = [
      `${name}${about.name === null ? '' : ` (${about.name})`}`,
      `  architecture   ${about.architecture}, ${about.layers} layers, width ${about.embeddingLength}, ${about.heads ?? '?'} heads`,
      `  parameters     ${shortCount(about.parameters)} in ${header.tensors.length} tensors, ${(bytes / 1e6).toFixed(1)} MB`,
      ...(files.length === 1 ? [] : [`  parts          ${files.length} files beside each other`]),
      `  context        ${about.contextLength} tokens`,
      `  quantization   ${about.tensors.map((kind) => `${kind.type} x ${kind.count}`).join(', ')}`,
      `  tokenizer      ${about.tokenizer.model}, ${about.vocabulary} tokens, ${about.tokenizer.merges} merges, pre ${about.tokenizer.pre ?? 'none'}`,
      ...(memory === null ? [] : [`  memory         ${describePlan(memory)}`]),
      ...(gpu === null ? [] : [`  with a GPU     ${describePlan(gpu)}`]),
      `  threads        ${trial === null ? 'measured when it is first loaded' : describeTrial(trial)}`,
      `  chat template  ${about.chat ? 'yes' : 'no'}`,
      `  prompts        ${form === 'chat' ? 'as a chat' : 'as a text to continue'}: ${why}`,
      `  SHA-256        ${json.sha256}`,
      ...(problems.length === 0 ? ['  no problems found'] : problems.map((problem) => `  problem: ${problem.message}`)),
    ];
    return { json, text: lines, exitCode: problems.length === 0 ? 0 : 1 };
  },
};
