/** The commands on language models. */
import type { Command } from './command.ts';
import { modelEvaluateCommand } from './model-evaluate.ts';
import { modelGenerateCommand } from './model-generate.ts';
import { modelInspectCommand } from './model-inspect.ts';
import { modelListCommand } from './model-list.ts';

export const modelCommands: readonly Command[] = [
  modelListCommand,
  modelInspectCommand,
  modelGenerateCommand,
  modelEvaluateCommand,
];
