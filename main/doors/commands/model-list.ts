/** `model list`: the model that ships with the product and those in the home folder's models/. */
import { homeFolder } from '../../home.ts';
import { listModels, modelsFolder } from '../../llm/model-shelf.ts';
import type { Command } from './command.ts';
import { shortCount } from './model-options.ts';

export const modelListCommand: Command = {
  name: 'model list',
  summary: 'List the language models that are here.',
  usage: `Usage: llmatic model list [--json]

Shows the model that ships with LLMatic and every .gguf file in the folder models/ of LLMatic's home folder
(LLMATIC_HOME). Any other GGUF file works by its path: --model FILE.gguf.`,
  options: {},
  async run() {
    const home = homeFolder();
    const models = await listModels(home);
    const text = models
      .map((model) => {
        const about =
          model.problem ??
          `${model.architecture}, ${shortCount(model.parameters ?? 0)} parameters, ${model.quantization}, context ${model.contextLength}`;
        return `${model.file}${model.embedded ? ' (ships with LLMatic, the default)' : ''}\n  ${about}`;
      })
      .join('\n');
    return { json: { folder: modelsFolder(home), models }, text };
  },
};
