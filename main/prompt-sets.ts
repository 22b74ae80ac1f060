/** Prompt sets by name: the JSON files in prompts/ of the package. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { fail } from '../core/failure.ts';
import { type PromptSet, promptSetSchema } from '../core/search/prompt-set.ts';
import { packageFolder } from './package-folder.ts';

/** @throws FailureError (`input`) when there is no such set, or its file does not hold one */
export function readPromptSet(name: string): PromptSet {
  const folder = join(packageFolder(), 'prompts');
  const file = join(folder, `${name}.json`);
  // The name comes from settings: it names a file in this folder and nothing elsewhere.
  if (!/^[\w-]+$/.test(name) || !existsSync(file)) {
    const known = readdirSync(folder).flatMap((entry) => (entry.endsWith('.json') ? entry.slice(0, -5) : []));
    return fail(
      'input',
      `promptSet ${JSON.stringify(name)}: there is none of this name. There is: ${known.join(', ')}.`,
    );
  }
  const parsed = promptSetSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) return fail('input', `${file} is no prompt set: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
