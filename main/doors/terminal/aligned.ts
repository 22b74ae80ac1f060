import { visibleLine } from '../../../core/text/visible.ts';

/** Cells in columns: the first `leftAligned` of them to the left, figures to the right. A cell is a part of its line. */
export function aligned(cells: readonly (readonly string[])[], leftAligned: number): string {
  const rows = cells.map((row) => row.map(visibleLine));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column < leftAligned ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
