/**
 * A table as comma-separated text (RFC 4180), with exact values. Text that a spreadsheet would take for a formula (OWASP,
 * "CSV injection": a cell that begins with = + - @, a tab or the end of a line) begins with an apostrophe; numbers are left
 * alone, as numbers and as text.
 */
import { visible } from './visible.ts';

export type CellValue = string | number | boolean | null;

/** Also the full-width forms, which some spreadsheets read alike. */
const formula = /^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;
const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function shown(text: string): string {
  const plain = visible(text);
  return formula.test(text) && !number.test(text) ? `'${plain}` : plain;
}

function field(value: CellValue): string {
  const text = typeof value === 'string' ? shown(value) : value === null ? '' : String(value);
  // A semicolon or a tab divides cells in spreadsheets of other languages.
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line a row, the header first, each ended by CR LF. */
export function csvOf(header: readonly string[], rows: readonly (readonly CellValue[])[]): string {
  return [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}
