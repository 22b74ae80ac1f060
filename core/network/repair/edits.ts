/** Edits of a text at calls that stand in it. */

import type { Place } from '../../python/reason.ts';
import { type CallSpan, callSpans, type Span } from '../../python/syntax/call-spans.ts';
import type { PythonParser } from '../../python/syntax/parser.ts';

/** The text with a part replaced. */
export function replaced(text: string, { start, end }: Span, by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

/** The innermost call that begins at a place of the text itself; null where there is none. */
export function callAt(parser: PythonParser, text: string, place: Place): CallSpan | null {
  if (place.file !== undefined) return null;
  const calls = parser.look(text, (root) => callSpans(text, root));
  return calls.findLast((call) => call.place.line === place.line && call.place.column === place.column) ?? null;
}

/** Code on one line, as a message shows it. */
export function shown(code: string): string {
  const line = code.replace(/\s+/g, ' ');
  return line.length <= 80 ? line : `${line.slice(0, 77)}...`;
}
