/** Python's number and string literals as values (Python reference, section 2.5 and 2.7). */
import { type Place, refuse } from '../reason.ts';

/** The value of an integer literal: decimal, 0x, 0o, 0b, underscores. @throws a reason on more than `digits` digits. */
export function parseInteger(text: string, place: Place): bigint {
  if (/[jJlL]$/.test(text)) refuse('unsupported', `the number ${text.slice(0, 20)} is not supported`, place);
  if (text.length > 1000) refuse('budget', `an integer of ${text.length} digits is too long`, place);
  const digits = text.replaceAll('_', '');
  if (/^0+[1-9]/.test(digits)) {
    refuse('syntax', 'leading zeros in decimal integer literals are not permitted', place);
  }
  return BigInt(digits);
}

/** The value of a float literal such as `1.`, `.5e-3`, `1_0.0`. */
export function parseFloatLiteral(text: string, place: Place): number {
  if (/[jJ]$/.test(text)) refuse('unsupported', `complex number ${text.slice(0, 20)} is not supported`, place);
  return Number(text.replaceAll('_', ''));
}

const simpleEscapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const escapeSequence = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|\r\n|[\s\S])/g;

/** The text of a string literal's content, its escapes resolved unless it is raw. */
export function resolveEscapes(content: string, raw: boolean): string {
  if (raw || !content.includes('\\')) return content;
  return content.replace(escapeSequence, (whole: string, code: string) => {
    if (/^[xuU]./.test(code) && code.length > 1) {
      const point = Number.parseInt(code.slice(1), 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    }
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    if (code === '\r\n') return '';
    return simpleEscapes[code] ?? whole;
  });
}
