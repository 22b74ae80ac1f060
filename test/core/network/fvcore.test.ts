/** FLOPs are fvcore's where it knows every operation, less what the definition leaves out: norms and adaptive pools. */
import { expect, test } from 'vitest';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { readFvcore } from './fvcore.ts';
import { judgedPrograms } from './programs.ts';

const interpret = await loadInterpreter();
const golden = readFvcore();
const leftOut = ['batch_norm', 'adaptive_avg_pool2d'];
const programs = judgedPrograms().filter(({ verdict }) => verdict.trainable);
// Convolutions with padding='same' reach fvcore under a name that it does not count.
const known = programs.filter(({ name }) => !golden[name]?.unknown.includes('aten::_convolution_mode'));

test('fvcore has counted every program, and knows nearly all', () => {
  expect(Object.keys(golden)).toEqual(programs.map(({ name }) => name));
  expect(known.length).toBeGreaterThanOrEqual(programs.length - 1);
  const operators = Object.values(golden).flatMap(({ counted }) => Object.keys(counted));
  expect(new Set(operators)).toEqual(new Set(['conv', 'linear', ...leftOut]));
});

test.each(known)('$name has the multiply-accumulates that fvcore counts', ({ name, text }) => {
  const result = interpret(text);
  const counted = Object.entries(golden[name]?.counted ?? {}).filter(([operator]) => !leftOut.includes(operator));
  expect(result.ok && result.value.measures.flops).toBe(counted.reduce((sum, [, flops]) => sum + flops, 0));
});
