/** `model list`: the model that ships with the product and those in the home folder's models/. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { failureOf } from '../../../core/failure.ts';
import { homeFolder } from '../../home.ts';
import { embeddedModelFile } from '../../llm/embedded.ts';
import { describeModel, modelProblems } from '../../llm/model-description.ts';
import { readModelFile } from '../../llm/model-file.ts';
import type { Command } from './command.ts';
import { shortCount } from './model-options.ts';

interface Entry {
  readonly file: string;
  readonly embedded: boolean;
  readonly name: string | null;
  readonly bytes: number | null;
  readonly architecture: string | null;
  readonly parameters: number | null;
  readonly contextLength: number | null;
  readonly quantization: string | null;
  /** Why it cannot be used; null where it can. */
  readonly problem: string | null;
}

async function entryOf(file: string, embedded: boolean): Promise<Entry> {
  try {
    const { header, bytes, name } = await readModelFile(file);
    const { architecture, parameters, contextLength, quantization, name: title } = describeModel(header);
    const problem = modelProblems(header, name)[0]?.message ?? null;
    return { file, embedded, name: title, bytes, architecture, parameters, contextLength, quantization, problem };
  } catch (error) {
    const problem = failureOf(error).message;
    return {
      file,
      embedded,
      name: null,
      bytes: null,
      architecture: null,
      parameters: null,
      contextLength: null,
      quantization: null,
      problem,
    };
  }
}

export const modelListCommand: Command = {
  name: 'model list',
  summary: 'List the language models that are here.',
  usage: `Usage: llmatic model list [--json]

Shows the model that ships with LLMatic and every .gguf file in the folder models/ of LLMatic's home folder
(LLMATIC_HOME). Any other GGUF file works by its path: --model FILE.gguf.`,
  options: {},
  async run() {
    const folder = join(homeFolder(), 'models');
    const names = await readdir(folder).catch((): string[] => []);
    const files = names.filter((name) => name.toLowerCase().endsWith('.gguf')).sort();
    const models = await Promise.all([
      entryOf(embeddedModelFile(), true),
      ...files.map((name) => entryOf(join(folder, name), false)),
    ]);
    const text = models
      .map((model) => {
        const about =
          model.problem ??
          `${model.architecture}, ${shortCount(model.parameters ?? 0)} parameters, ${model.quantization}, context ${model.contextLength}`;
        return `${model.file}${model.embedded ? ' (ships with LLMatic, the default)' : ''}\n  ${about}`;
      })
      .join('\n');
    return { json: { folder, models }, text };
  },
};
