/** Text that stops in the middle: a last line that is not whole, a forward that does not return. */
import { lastStatement } from '../../python/syntax/call-spans.ts';
import { readLine, startOfText } from '../../python/syntax/indentation.ts';
import type { PythonParser } from '../../python/syntax/parser.ts';
import { shown } from './edits.ts';
import type { Mended, Slip } from './slip.ts';

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Brackets that are open at the end of a text, as what closes them; null inside a string. */
function openBrackets(text: string): string | null {
  const open: string[] = [];
  let quote: string | null = null;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '';
    if (quote !== null) {
      if (character === '\\') i++;
      else if (text.startsWith(quote, i)) {
        i += quote.length - 1;
        quote = null;
      }
    } else if (character === '#') {
      const end = text.indexOf('\n', i);
      i = end < 0 ? text.length : end;
    } else if (character === '"' || character === "'") {
      quote = text.startsWith(character.repeat(3), i) ? character.repeat(3) : character;
      i += quote.length - 1;
    } else if (closing[character] !== undefined) open.push(closing[character]);
    else if (')]}'.includes(character)) open.pop();
  }
  return quote === null ? open.reverse().join('') : null;
}

function parses(parser: PythonParser, text: string): boolean {
  try {
    parser.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** First line, from 0, of the last statement: where no bracket and no string is open. */
function lastStatementLine(lines: readonly string[]): number {
  let state = startOfText;
  let start = 0;
  lines.forEach((line, index) => {
    if (state.depth === 0 && state.quote === null && !state.continued && line.trim() !== '') start = index;
    state = readLine(line, state);
  });
  return start;
}

/** An unfinished statement, and the headers of blocks that are empty without it. */
const mostDropped = 3;

function finished({ text, reason, parser }: Slip): Mended | null {
  if (reason.kind !== 'syntax') return null;
  const whole = text.trimEnd();
  const brackets = openBrackets(whole);
  const line = whole.split('\n').length;
  if (brackets !== null && brackets !== '') {
    const closed = `${whole.replace(/,$/, '')}${brackets}\n`;
    if (parses(parser, closed)) {
      const message = `the last line gets the ${brackets} that it lacks: the text ends in the middle of it`;
      return { text: closed, repair: { kind: 'unfinished', line, message } };
    }
  }
  const lines = whole.split('\n');
  for (let dropped = 1; dropped <= mostDropped && lines.length > 1; dropped++) {
    const start = lastStatementLine(lines);
    const first = lines[start] ?? '';
    lines.length = start;
    const rest = `${lines.join('\n').trimEnd()}\n`;
    if (!parses(parser, rest)) continue;
    const message = `\`${shown(first.trim())}\` is dropped: the text ends in the middle of it`;
    return { text: rest, repair: { kind: 'unfinished', line: start + 1, message } };
  }
  return null;
}

/** forward computes its result, but does not return it. */
function returned({ text, misfit, className, parser }: Slip): Mended | null {
  if (misfit?.kind !== 'output' || misfit.shape !== null) return null;
  const last = parser.look(text, (root) => lastStatement(text, root, className, 'forward'));
  if (last === null) return null;
  if (last.kind === 'expression') {
    const after = `${text.slice(0, last.start)}return ${text.slice(last.start)}`;
    return { text: after, repair: { kind: 'return', line: last.place.line, message: 'forward returns its last line' } };
  }
  if (last.kind !== 'assignment') return null;
  const after = `${text.slice(0, last.end)}\n${last.indent}return ${last.text}${text.slice(last.end)}`;
  const message = `forward returns ${last.text}, which its last line computes`;
  return { text: after, repair: { kind: 'return', line: last.place.line, message } };
}

export function repairUnfinished(slip: Slip): Mended | null {
  return finished(slip) ?? returned(slip);
}
