import { describe, expect, test } from 'vitest';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { inInit, overBudget, reaching } from './hostile-programs.ts';
import { slowness } from './slowness.ts';

const interpret = await loadInterpreter();

/** Twice the bound that the product promises: the code is still cold in its first programs. Milliseconds of processor time. */
const longest = 400 * slowness();

function timed(text: string) {
  const before = process.cpuUsage();
  const result = interpret(text);
  const { user, system } = process.cpuUsage(before);
  return { result, milliseconds: (user + system) / 1000 };
}

describe('a hostile program', () => {
  timed(inInit('pass'));

  test.each(Object.entries(overBudget))('with %s ends at once for its budget', (_name, text) => {
    const { result, milliseconds } = timed(text);
    expect(result).toMatchObject({ ok: false, reason: { kind: 'budget' } });
    expect(milliseconds).toBeLessThan(longest);
  });

  test.each(Object.entries(reaching))('that reaches for %s finds nothing', (_name, [kind, text]) => {
    expect(timed(text).result).toMatchObject({ ok: false, reason: { kind } });
  });

  test('leaves no trace in the next one', () => {
    interpret(`nn.Linear.forward = None\n${inInit('nn.Module.forward = 3\nsetattr(nn, "Linear", 3)')}`);
    interpret(inInit('nn.Conv2d.x = 1\ntorch.relu = 2\nlen = 3\nglobal range\nrange = 4'));
    const after = interpret(inInit('x = len(list(range(3)))'));
    expect(after.ok && after.value.measures.params).toBe(30730);
  });

  test('costs what its arithmetic takes: a table of positions computed number by number is read', () => {
    const row = '[t / 10000 ** (2 * (i // 2) / 256) for i in range(256)]';
    const { result } = timed(inInit(`self.register_buffer('table', torch.tensor([${row} for t in range(257)]))`));
    expect(result).toMatchObject({ ok: true });
  });

  test('gets the same verdict every time', () => {
    const text = inInit('x = []\nwhile True:\n    x.append(len(x))');
    expect(interpret(text)).toEqual(interpret(text));
  });
});
