/** JSON of a person's files. What is wrong with one is told by its place; nothing of its content is repeated. */
import { FailureError, failureOf } from '../../core/failure.ts';
import { readTextFile } from './text-file.ts';

/** What JSON.parse says against a text; null where it is JSON. */
function objection(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return failureOf(error).message;
  }
}

/** Whether the beginning of a text could still become JSON, by what JSON.parse says against it. */
function mayGoOn(beginning: string, said: string | null): boolean {
  if (said === null || /^Unexpected end|^Unterminated/.test(said)) return true;
  const at = /at position (\d+)/.exec(said)?.[1];
  return at !== undefined && Number(at) >= beginning.length;
}

/** The offset of the first character that JSON does not allow; the length of the text where it only ends too early. */
function firstWrong(text: string): number {
  let good = 0;
  let end = text.length;
  while (good < end) {
    const middle = Math.ceil((good + end) / 2);
    const beginning = text.slice(0, middle);
    if (mayGoOn(beginning, objection(beginning))) good = middle;
    else end = middle - 1;
  }
  return good;
}

/** A JSON text as a value, still to be parsed by a schema. @throws FailureError (`input`) naming file, line and column */
export function parseJsonText(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const at = firstWrong(text);
    const before = text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    const place =
      text.slice(at).trim() === '' ? `it ends too early, in line ${line}` : `line ${line}, column ${column}`;
    const why = text.trim() === '' ? 'it is empty' : place;
    throw new FailureError({ kind: 'input', message: `${name} is not JSON: ${why}.`, line, column });
  }
}

/** @throws FailureError `file` where it cannot be read, `input` where it is not JSON */
export function readJsonFile(path: string, name = path): unknown {
  return parseJsonText(readTextFile(path, name), name);
}
