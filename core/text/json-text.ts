/** JSON that may be shown anywhere: a terminal, an editor, a log. Everything but plain text in it is an escape of JSON. */
import { jsonEscapes } from './visible.ts';

/**
 * As JSON.stringify, which escapes C0 alone: C1, directions and what is not seen are `\uXXXX` too.
 * @param indent spaces; 0 for one line
 */
export function jsonText(value: unknown, indent = 0): string {
  return jsonEscapes(JSON.stringify(value, null, indent) ?? 'null');
}
