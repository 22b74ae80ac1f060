/**
 * What may reach a terminal: our own sequences, and of everything else only what is seen. Text of a network, a model, a file or
 * a run can hold any character; a sequence of ours is told by a mark that is drawn anew in each process, which no text knows.
 */
import { randomBytes } from 'node:crypto';
import { visible } from '../../../core/text/visible.ts';

const mark = randomBytes(16).toString('hex');
const ours = new RegExp(`\u001b<${mark}([0-9;]*[A-Za-z])>`);

/** A sequence of ours inside a text that goes through {@link terminalText}: `1m` for bold, `2A` for two lines up. */
export function sequence(code: string): string {
  return `\u001b<${mark}${code}>`;
}

/** A line with sequences of ours: whatever else is in it, no other line begins there. Tabs stay: sources have them. */
export function terminalLine(line: string): string {
  return line
    .split(ours)
    .map((part, index) => (index % 2 === 0 ? visible(part.replaceAll('\n', '\\n')) : sequence(part)))
    .join('');
}

/** The text as the terminal gets it: our sequences as such, all other control characters as escapes that are read. */
export function terminalText(text: string): string {
  return text
    .split(ours)
    .map((part, index) => (index % 2 === 0 ? visible(part) : `\u001b[${part}`))
    .join('');
}
