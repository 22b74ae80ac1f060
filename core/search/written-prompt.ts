/**
 * A prompt that a person wrote in an editor, in the form that models go on with. A completion model goes on where its
 * training's prompts ended: after the instruction in three quotes and one empty line. A class that is begun ends where a
 * token may end: the newline of its last line and the margin of the next are one token, so neither is left there. Any other
 * text stays as it is.
 */
import { mutationPrompt } from './prompt-text.ts';

export interface WrittenPrompt {
  readonly prompt: string;
  /** Code after the instruction, which the answer begins with; null where there is none. */
  readonly begun: string | null;
  /** What was changed, in words. */
  readonly changes: readonly string[];
}

const lineEnds = /\r\n?/g;
/** An instruction as a text of its own: at the start of a line, up to the end of one. */
const instruction = /(?:^|\n)("""|''')((?:(?!\1)[\s\S])*)\1[ \t]*(?=\n|$)/g;
const classLine = /^class\s+\w+\s*[(:]/;

/** Whether a text ends within a class: with its first line, or with an indented one below it. */
function endsInClass(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const last = lines.at(-1) ?? '';
  return classLine.test(/^\s/.test(last) ? (lines.findLast((line) => /^[^\s#]/.test(line)) ?? '') : last);
}

/** Code that begins a network: imports and a class that is not finished. */
const beginsClass = /^(?:(?:import|from)[ \t].*\n+)*class[ \t]+\w+/;

interface Found {
  readonly before: string;
  readonly instruction: string;
  /** What follows it, without empty lines around. */
  readonly after: string;
}

/** The text around its last instruction; null where there is none. */
function aroundInstruction(text: string): Found | null {
  const last = [...text.matchAll(instruction)].at(-1);
  if (last === undefined) return null;
  const after = text
    .slice(last.index + last[0].length)
    .replace(/^\s*\n/, '')
    .trimEnd();
  return { before: text.slice(0, last.index), instruction: (last[2] ?? '').trim(), after };
}

/** Its parts, where it shows code and ends with an instruction, or with the class that one asks for begun. */
function instructed(text: string): Found | null {
  const found = aroundInstruction(text);
  if (found === null || found.before.trim() === '' || /^$|"""/.test(found.instruction)) return null;
  return found.after === '' || beginsClass.test(found.after) ? found : null;
}

/** Brings a prompt to the form that models are asked in; `changes` is empty where it has that already. */
export function writtenPrompt(given: string): WrittenPrompt {
  const text = given.replace(lineEnds, '\n');
  const changes = text === given ? [] : ['its line ends are \\n'];
  const found = instructed(text);
  if (found === null) {
    const prompt = endsInClass(text) ? text.trimEnd() : text;
    if (prompt !== text) changes.push('the class that it begins has no spaces and newlines at its end');
    return { prompt, begun: null, changes };
  }
  const prompt = mutationPrompt(found.before, found.instruction);
  if (found.after === '') {
    if (prompt !== text) changes.push('its code, the instruction in three quotes and one empty line follow each other');
    return { prompt, begun: null, changes };
  }
  if (`${prompt}${found.after}` !== text) {
    changes.push('its code, the instruction in three quotes and the class that it begins follow each other');
  }
  return { prompt, begun: found.after, changes };
}
