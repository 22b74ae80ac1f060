/** A table as comma-separated text (RFC 4180), with exact values. */

export type CellValue = string | number | boolean | null;

function field(value: CellValue): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line a row, the header first, each ended by CR LF. */
export function csvOf(header: readonly string[], rows: readonly (readonly CellValue[])[]): string {
  return [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}
