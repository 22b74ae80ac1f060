/** `model inspect`: what a GGUF file holds, and what would keep it from running. */
import { resolve } from 'node:path';
import { fail } from '../../../core/failure.ts';
import { describeModel, modelProblems } from '../../llm/model-description.ts';
import { hashFile, readModelFile } from '../../llm/model-file.ts';
import type { Command } from './command.ts';
import { shortCount } from './model-options.ts';

export const modelInspectCommand: Command = {
  name: 'model inspect',
  summary: 'Show what a GGUF file holds and whether it can run.',
  usage: `Usage: llmatic model inspect FILE.gguf [--json]

Reads the header of a GGUF model: architecture, parameters, context, quantization, tokenizer, tensors, and the problems
that would keep it from running. Exit code 1 where there are problems.`,
  options: {},
  async run({ positionals }) {
    const [given] = positionals;
    if (given === undefined || positionals.length > 1) {
      return fail('usage', 'model inspect takes one FILE.gguf. See `llmatic model inspect --help`.');
    }
    const file = resolve(given);
    const { header, bytes, name } = await readModelFile(file);
    const problems = modelProblems(header, name);
    const about = describeModel(header);
    const json = {
      file,
      bytes,
      sha256: await hashFile(file),
      version: header.version,
      ...about,
      tensorCount: header.tensors.length,
      problems,
    };
    const lines = [
      `${name}${about.name === null ? '' : ` (${about.name})`}`,
      `  architecture   ${about.architecture}, ${about.layers} layers, width ${about.embeddingLength}, ${about.heads ?? '?'} heads`,
      `  parameters     ${shortCount(about.parameters)} in ${header.tensors.length} tensors, ${(bytes / 1e6).toFixed(1)} MB`,
      `  context        ${about.contextLength} tokens`,
      `  quantization   ${about.tensors.map((kind) => `${kind.type} x ${kind.count}`).join(', ')}`,
      `  tokenizer      ${about.tokenizer.model}, ${about.vocabulary} tokens, ${about.tokenizer.merges} merges, pre ${about.tokenizer.pre ?? 'none'}`,
      `  chat template  ${about.chat ? 'yes' : 'no'}`,
      `  SHA-256        ${json.sha256}`,
      ...(problems.length === 0 ? ['  no problems found'] : problems.map((problem) => `  problem: ${problem.message}`)),
    ];
    return { json, text: lines.join('\n'), exitCode: problems.length === 0 ? 0 : 1 };
  },
};
