/** Lines that two texts share and lines in which they differ. */
import { commonSequence } from './common-sequence.ts';

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
  /** Numbers from 1; null on the side that lacks the line. */
  readonly before: number | null;
  readonly after: number | null;
}

/** The lines of a text; a line feed at its end begins no further line. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Removed lines stand before the added lines that replace them. */
export function lineDiff(beforeText: string, afterText: string): DiffLine[] {
  const before = linesOf(beforeText);
  const after = linesOf(afterText);
  const kept = commonSequence(before, after);
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  for (const [keptRow, keptColumn] of [...kept, [before.length, after.length] as const]) {
    for (; row < keptRow; row++) lines.push({ kind: 'removed', text: before[row] ?? '', before: row + 1, after: null });
    for (; column < keptColumn; column++)
      lines.push({ kind: 'added', text: after[column] ?? '', before: null, after: column + 1 });
    if (row >= before.length && column >= after.length) break;
    lines.push({ kind: 'same', text: after[column] ?? '', before: ++row, after: ++column });
  }
  return lines;
}

/** A stretch of a diff: lines near a change, or a run of unchanged lines that can be folded away. */
export interface DiffStretch<T = DiffLine> {
  readonly folded: boolean;
  readonly lines: readonly T[];
}

/** Folds what is unchanged and further than `context` lines from any change; never fewer than three lines. */
export function foldUnchanged<T extends { readonly kind: string }>(lines: readonly T[], context = 3): DiffStretch<T>[] {
  const isNear = lines.map(() => false);
  for (const [index, { kind }] of lines.entries()) {
    if (kind === 'same') continue;
    for (let near = Math.max(0, index - context); near <= Math.min(lines.length - 1, index + context); near++)
      isNear[near] = true;
  }
  const stretches: { folded: boolean; lines: T[] }[] = [];
  for (const [index, line] of lines.entries()) {
    const folded = !isNear[index];
    const last = stretches.at(-1);
    if (last?.folded === folded) last.lines.push(line);
    else stretches.push({ folded, lines: [line] });
  }
  return stretches.map((stretch) => (stretch.lines.length < 3 ? { ...stretch, folded: false } : stretch));
}

/** How many lines came and went. */
export function diffCounts(lines: readonly DiffLine[]): { readonly added: number; readonly removed: number } {
  const count = (kind: DiffLine['kind']): number => lines.filter((line) => line.kind === kind).length;
  return { added: count('added'), removed: count('removed') };
}

export interface SideBySideRow {
  readonly before: DiffLine | null;
  readonly after: DiffLine | null;
}

/** The same lines in two columns: a removed line beside the added one that stands in its place. */
export function sideBySide(lines: readonly DiffLine[]): SideBySideRow[] {
  const rows: SideBySideRow[] = [];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  const settle = (): void => {
    for (let index = 0; index < Math.max(removed.length, added.length); index++)
      rows.push({ before: removed[index] ?? null, after: added[index] ?? null });
    removed = [];
    added = [];
  };
  for (const line of lines) {
    if (line.kind === 'removed') removed.push(line);
    else if (line.kind === 'added') added.push(line);
    else {
      settle();
      rows.push({ before: line, after: line });
    }
  }
  settle();
  return rows;
}
