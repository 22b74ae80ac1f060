import { expect, test } from 'vitest';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { compareCorpus } from './corpus.ts';

const report = compareCorpus(await loadInterpreter());

test('the corpus holds over two hundred programs, half of them wrong', () => {
  expect(report.programs).toBeGreaterThanOrEqual(228);
  expect(report.wrong / report.programs).toBeGreaterThan(0.45);
});

test('the interpreter and PyTorch agree on what can be trained, but for a program that is not read yet', () => {
  expect(report.disagreements).toEqual([
    'spectrally-normalised: unsupported: line 7: spectral_norm is not supported: each step of training changes the vectors by which it divides',
  ]);
  expect(report.agreement).toBeGreaterThanOrEqual(0.99);
});

test('what both accept has as many parameters as in PyTorch', () => {
  expect(report.parametersDiffer).toEqual([]);
});

test('a reason names the line at which the traceback of PyTorch ends', () => {
  expect(report.lines.compared).toBeGreaterThanOrEqual(80);
  expect(report.lines.share, report.lines.differ.join('\n')).toBeGreaterThanOrEqual(0.9);
});
