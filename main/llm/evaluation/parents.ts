/** Networks that a model is measured on: a JSON list of sources, or a folder of Python files. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { fail } from '../../../core/failure.ts';
import { readJsonFile } from '../../files/json-file.ts';
import { readPythonFile } from '../../files/text-file.ts';

const parentSchema = z.object({ id: z.union([z.string(), z.number().transform(String)]), source: z.string().min(1) });

const parentsSchema = z.array(parentSchema).min(1);

export interface Parent {
  readonly id: string;
  readonly source: string;
}

/**
 * Reads parents from FILE.json (`[{id, source}]`) or from every .py file of a folder, in the order of their names.
 * @throws FailureError `file` where there are none or the JSON has another form.
 */
export async function readParents(path: string): Promise<Parent[]> {
  const found = await stat(path).catch(() => null);
  if (found === null)
    fail('file', `There are no parents at ${path}. Give a JSON file of sources, or a folder of .py files.`);
  if (found.isDirectory()) {
    const names = (await readdir(path)).filter((name) => name.endsWith('.py')).sort();
    if (names.length === 0) fail('file', `The folder ${path} has no .py files to take as parents.`);
    return names.map((name) => ({ id: basename(name, '.py'), source: readPythonFile(join(path, name)) }));
  }
  const parsed = parentsSchema.safeParse(readJsonFile(path));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    fail(
      'file',
      `${path} is not a list of {"id", "source"}: ${issue?.message} at ${issue?.path.join('.') || 'the top'}.`,
    );
  }
  return parsed.data;
}
