/**
 * Python's rules of indentation (reference, section 2.1.8), which tree-sitter does not keep: a deeper line only after a
 * colon, and a shallower one only back to a level that is open.
 */

import { refuse } from '../reason.ts';
import { placeAt } from './raw-tree.ts';

/** What is open after a line: brackets, and the triple quote of a string that goes on. */
export interface LineState {
  readonly depth: number;
  readonly quote: string | null;
  /** Whether the line ends in a backslash and the next one continues it. */
  readonly continued: boolean;
  /** Whether the last thing on the line, comments aside, is a colon. */
  readonly colon: boolean;
  /** Whether a colon stood outside brackets since the statement began. */
  readonly outerColon: boolean;
}

export const startOfText: LineState = { depth: 0, quote: null, continued: false, colon: false, outerColon: false };

/** Reads one line: brackets, strings and comments. */
export function readLine(line: string, before: LineState): LineState {
  let { depth, quote } = before;
  const goesOn = before.depth > 0 || before.quote !== null || before.continued;
  let last = goesOn ? ' ' : '';
  let outerColon = goesOn && before.outerColon;
  let i = 0;
  for (; i < line.length; i++) {
    const character = line[i] ?? '';
    if (quote !== null) {
      if (character === '\\') i++;
      else if (line.startsWith(quote, i)) {
        i += quote.length - 1;
        quote = null;
        last = '"';
      }
      continue;
    }
    if (character === '#') break;
    if (character === '"' || character === "'") {
      const triple = character.repeat(3);
      quote = line.startsWith(triple, i) ? triple : character;
      i += quote.length - 1;
    } else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    else if (character === ':' && depth === 0) outerColon = true;
    if (character !== ' ' && character !== '\t' && character !== '\r') last = character;
  }
  const continued = last === '\\' && quote === null;
  // A plain string ends with its line, unless a backslash takes the next one in.
  if (quote !== null && quote.length === 1 && !line.endsWith('\\')) quote = null;
  return { depth, quote, continued, colon: last === ':' && depth === 0 && quote === null, outerColon };
}

function indentOf(line: string): number {
  let width = 0;
  for (const character of line) {
    if (character === ' ') width++;
    else if (character === '\t') width = (Math.floor(width / 8) + 1) * 8;
    else break;
  }
  return width;
}

const headers = /^\s*(def|class|if|elif|else|for|while|try|except|finally|with)\b/;

/** Finds the header of a block that lacks its colon, which tree-sitter reports far from it. @throws a reason of kind syntax */
export function checkColons(text: string): void {
  let state = startOfText;
  let header = false;
  text.split('\n').forEach((line, index) => {
    if (state.depth === 0 && state.quote === null && !state.continued) header = headers.test(line);
    state = readLine(line, state);
    const ends = state.depth === 0 && state.quote === null && !state.continued;
    if (header && ends && !state.outerColon) {
      refuse('syntax', `expected ':': \`${line.trim().slice(0, 80)}\``, placeAt(index, line.length));
    }
  });
}

/** Checks every line of a text. @throws a reason of kind syntax in the words of Python's IndentationError */
export function checkIndentation(text: string): void {
  const levels = [0];
  let state = startOfText;
  let opened = false;
  const lines = text.split('\n');
  lines.forEach((line, index) => {
    const starts = state.depth === 0 && state.quote === null && !state.continued;
    const blank = /^\s*(#.*)?$/.test(line);
    if (starts && blank) return;
    if (starts) {
      const place = placeAt(index, 0);
      const excerpt = `\`${line.trim().slice(0, 80)}\``;
      const indent = indentOf(line);
      const current = levels.at(-1) ?? 0;
      if (opened && indent <= current) refuse('syntax', `expected an indented block: ${excerpt}`, place);
      if (!opened && indent > current) refuse('syntax', `unexpected indent: ${excerpt}`, place);
      if (indent > current) levels.push(indent);
      while ((levels.at(-1) ?? 0) > indent) levels.pop();
      if (levels.at(-1) !== indent) {
        refuse('syntax', `unindent does not match any outer indentation level: ${excerpt}`, place);
      }
    }
    state = readLine(line, state);
    if (state.depth === 0 && state.quote === null && !state.continued) opened = state.colon;
  });
}
