/** `model list`: the model that ships with the product, those in the home folder's models/, and those of runs. */
import { resolve } from 'node:path';
import { fail } from '../../../core/failure.ts';
import { modelsOfRuns } from '../../engine/used-models.ts';
import { homeFolder } from '../../home.ts';
import { listModels, modelsFolder } from '../../llm/model-shelf.ts';
import type { Command } from './command.ts';
import { textOption } from './options.ts';
import { shortCount } from './short-count.ts';

export const modelListCommand: Command = {
  name: 'model list',
  summary: 'List the language models that are here.',
  usage: `Usage: llmatic model list [--runs DIR] [--json]

Shows the model that ships with LLMatic, every .gguf file in the folder models/ of LLMatic's home folder (LLMATIC_HOME),
and the files that runs were made with, wherever they lie. Any other GGUF file works by its path: --model FILE.gguf.

  --runs DIR         the folder that holds the runs; default runs. Runs that the window opened from elsewhere count too`,
  options: { runs: { type: 'string' } },
  async run({ options, positionals }) {
    if (positionals.length > 0) {
      return fail('usage', `model list takes no ${positionals[0]}. See \`llmatic model list --help\`.`);
    }
    const home = homeFolder();
    const runsFolder = resolve(textOption(options, 'runs') ?? 'runs');
    const models = await listModels(home, modelsOfRuns(runsFolder, home));
    const text = models.flatMap((model) => {
      const about =
        model.problem ??
        `${model.architecture}, ${shortCount(model.parameters ?? 0)} parameters, ${model.quantization}, context ${model.contextLength}`;
      return [`${model.file}${model.embedded ? ' (ships with LLMatic, the default)' : ''}`, `  ${about}`];
    });
    return { json: { folder: modelsFolder(home), runsFolder, models }, text };
  },
};
