/** PyTorch runs cell code and, put together apart from us, the operations of its string: they compute the same. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { cellAt, cellCount, formatCell } from '../../../core/benchmarks/nasbench201/cell.ts';
import { cellSource } from '../../../core/benchmarks/nasbench201/cell-source.ts';
import { loadCellInterpreter } from '../../../main/cell-interpreter.ts';
import { runPython } from '../../main/llm/convert/python.ts';
import { cellStyles } from './cell-styles.ts';

const folder = mkdtempSync(join(tmpdir(), 'cells-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = await loadCellInterpreter();

function archOf(text: string): string {
  const result = read(text);
  return result.ok ? result.value.arch : result.reason.message;
}

/** Largest relative difference of each cell, or PyTorch's error. */
function runByPyTorch(rows: readonly { source: string; arch: string; named: boolean }[]): (number | string)[] {
  const file = join(folder, 'cells.json');
  writeFileSync(file, JSON.stringify(rows));
  const printed = runPython('test/golden/benchmarks/run_cells.py', [file]);
  return z.array(z.union([z.number(), z.string()])).parse(JSON.parse(printed));
}

function far(difference: number | string | undefined): boolean {
  return typeof difference !== 'number' || difference > 1e-9;
}

describe('all 15,625 cells', () => {
  const cells = Array.from({ length: cellCount }, (_, number) => cellAt(number));
  const rows = cells.map((cell) => ({ source: cellSource(cell), arch: formatCell(cell), named: true }));

  test('are what their strings say in PyTorch', () => {
    const differences = runByPyTorch(rows);
    const wrong = rows.flatMap(({ arch }, index) => (far(differences[index]) ? [[arch, differences[index]]] : []));
    expect(differences.length).toBe(15_625);
    expect(wrong.slice(0, 5)).toEqual([]);
  }, 600_000);

  test('read back from their code', () => {
    expect(new Set(rows.map(({ arch }) => arch)).size).toBe(15_625);
    const wrong = rows.filter(({ source, arch }) => archOf(source) !== arch);
    expect(wrong.slice(0, 5)).toEqual([]);
  }, 600_000);
});

test('cells in other styles are read as cells that compute the same in PyTorch', () => {
  const rows = cellStyles.map(({ text }) => ({ source: text, arch: archOf(text), named: false }));
  const differences = runByPyTorch(rows);
  const wrong = rows.filter((_, index) => far(differences[index]));
  expect(wrong.map((row, index) => ({ ...row, differs: differences[index] }))).toEqual([]);
});
