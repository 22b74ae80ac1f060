/**
 * Finds where a completion's network class has ended, so that generation stops there: a code model without an
 * end-of-text token goes on with other code. Reads just enough of Python: strings, comments, brackets and column 0.
 */

/** How the text before a completion leaves it. */
export interface CompletionStart {
  /** Whether the completion's first character stands at column 0. */
  readonly atLineStart: boolean;
  /** Name of the class that the prompt has opened for the completion to fill; null where it has not. */
  readonly openClass: string | null;
}

const header = /^class\s+(\w+)\s*[(:]/;
/** Names that networks have, not their parts: after such a class nothing more is wanted. */
const networkName = /(net|network|model|cnn)\d*$/i;
/** What may stand between a helper class and the network that uses it. */
const betweenClasses = /^(class|def|import|from|@)/;

/** A prompt opens a class when its last line is a class header or an indented line under one. */
export function completionStart(prompt: string): CompletionStart {
  const atLineStart = prompt === '' || prompt.endsWith('\n');
  const lines = prompt.split('\n').filter((line) => line.trim() !== '');
  const last = lines.at(-1) ?? '';
  const opener = /^\s/.test(last) ? (lines.findLast((line) => /^[^\s#]/.test(line)) ?? '') : last;
  return { atLineStart, openClass: header.exec(opener)?.[1] ?? null };
}

/** Index just past a string literal that starts at `at`; the text's length where it is not closed yet. */
function afterString(text: string, at: number): number {
  const quote = text.charAt(at);
  const triple = quote.repeat(3);
  if (text.startsWith(triple, at)) {
    for (let index = at + 3; index < text.length; index++) {
      if (text.charAt(index) === '\\') index++;
      else if (text.startsWith(triple, index)) return index + 3;
    }
    return text.length;
  }
  for (let index = at + 1; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '\\') index++;
    else if (character === quote) return index + 1;
    else if (character === '\n') return index;
  }
  return text.length;
}

/**
 * Where to cut a completion: the start of the first line at column 0, blank lines and comments aside, after the class
 * of a network. A class not named like a network may be a helper: then further classes, functions, decorators and
 * imports belong to the completion too. Null while the class has not ended, or while the last line is too short to tell.
 */
export function classEnd(text: string, start: CompletionStart): number | null {
  let open = start.openClass;
  let written = false;
  let depth = 0;
  let lineStart = start.atLineStart;
  let index = 0;
  while (index < text.length) {
    const character = text.charAt(index);
    if (lineStart && depth === 0 && !/[\s#]/.test(character)) {
      const end = text.indexOf('\n', index);
      const line = text.slice(index, end < 0 ? text.length : end);
      const name = header.exec(line)?.[1];
      if (open !== null && written) {
        if (networkName.test(open)) return index;
        const unfinished = end < 0 && name === undefined;
        if (unfinished && (line.length < 7 || betweenClasses.test(line))) return null;
        if (!betweenClasses.test(line)) return index;
      }
      if (name !== undefined) {
        open = name;
        written = true;
      } else if (!written) open = null;
    }
    lineStart = false;
    if (/\S/.test(character) && open !== null) written = true;
    if (character === '\n') lineStart = true;
    else if (character === '#') {
      const end = text.indexOf('\n', index);
      index = end < 0 ? text.length : end;
      continue;
    } else if (character === '"' || character === "'") {
      index = afterString(text, index);
      continue;
    } else if (character === '\\') index++;
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    index++;
  }
  return null;
}

/**
 * Whether a piece that was just added to a text may have ended a class: only a line that has begun at column 0 can, and
 * looking for the end scans the whole text.
 */
export function mayEndClass(text: string, added: string): boolean {
  return added.includes('\n') || /^[^\s#]/.test(text.slice(text.lastIndexOf('\n') + 1));
}
