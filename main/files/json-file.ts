/** JSON of a person's files, within bounds. What is wrong with one is told by its place; nothing of its content is repeated. */
import { type JsonBounds, parseJsonText, usualBounds } from '../../core/json-text.ts';
import { readTextFile } from './text-file.ts';

/** Bytes of a character in UTF-8, at most. */
const widestCharacter = 4;

/**
 * A JSON file as a value, still to be parsed by a schema.
 * @throws FailureError `file` where it cannot be read, `input` where it is not JSON or beyond the bounds
 */
export function readJsonFile(path: string, name = path, bounds: JsonBounds = usualBounds): unknown {
  return parseJsonText(readTextFile(path, name, bounds.characters * widestCharacter), name, bounds);
}
