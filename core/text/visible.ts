/**
 * Text of others as it may be shown. A character that moves a cursor, talks to the terminal, hides what stands beside it or
 * turns the order of what is read (Unicode's categories Cc, Cf, Zl, Zp, its default ignorable and noncharacter code points,
 * UAX 44 and UTS 55; halves of surrogate pairs) is written as the escape that names it: `\x1b`, `\u202e`, `\u{e0041}`.
 * Whatever is shown already stays as it is, so that nothing is escaped twice.
 */

const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

/** One character as its escape. */
function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}

/** Text of several lines: line feeds and tabs stay, and a carriage return before a line feed is part of it. */
export function visible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(hidden, (character) => (character === '\n' || character === '\t' ? character : escaped(character)));
}

/** The lines of a text that has its own. */
export function linesOf(text: string): string[] {
  return text.split(/\r?\n/);
}

/** Text that stands in a line of ours, such as a name: no line can begin inside it. */
export function visibleLine(text: string): string {
  return text.replace(hidden, (character) =>
    character === '\n' ? '\\n' : character === '\t' ? '\\t' : escaped(character),
  );
}

/** Whether it would be shown as it is, in a line of ours. */
export function isPlain(text: string): boolean {
  return visibleLine(text) === text;
}

/** ASCII escapes of JSON for what JSON.stringify leaves: its text reads back as the same value. */
export function jsonEscapes(json: string): string {
  return json.replace(hidden, (character) =>
    character < ' '
      ? character
      : Array.from(
          { length: character.length },
          (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
        ).join(''),
  );
}
