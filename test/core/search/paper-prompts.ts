/** The prompt set of the paper, read as a door reads it. */
import { readFileSync } from 'node:fs';
import { promptSetSchema } from '../../../core/search/prompt-set.ts';

export const paperPrompts = promptSetSchema.parse(
  JSON.parse(readFileSync(new URL('../../../prompts/paper.json', import.meta.url), 'utf8')),
);
