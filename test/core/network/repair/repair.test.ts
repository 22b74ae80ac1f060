/** Repair: every slip gets the edits that a person would make, and nothing else is touched. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineDiff } from '../../../../core/line-diff.ts';
import { repairKinds } from '../../../../core/network/repair/slip.ts';
import { loadInterpreter } from '../../../../main/interpreter.ts';
import { judgedPrograms } from '../programs.ts';
import { readSlips } from './slips.ts';

const interpret = await loadInterpreter();
const slips = readSlips();

function repaired(text: string) {
  const result = interpret(text, { repair: true });
  return result.ok ? undefined : result.repaired;
}

describe('a text with a slip', () => {
  test.each(slips)('$name: is refused, and repaired as written by hand', ({ text, kinds, changes }) => {
    const plain = interpret(text);
    expect(plain.ok).toBe(false);
    expect(plain).not.toHaveProperty('repaired');
    const found = repaired(text);
    expect(found?.repairs.map((repair) => repair.kind)).toEqual(kinds);
    const lines = lineDiff(found?.from ?? '', found?.value.source ?? '').filter((line) => line.kind !== 'same');
    expect(lines.map((line) => `${line.kind === 'removed' ? '-' : '+'} ${line.text}`)).toEqual(changes);
    // What was repaired is accepted by itself: the stored source reads back to the same network.
    const again = interpret(found?.value.source ?? '');
    expect(again.ok && again.value.hash).toBe(found?.value.hash);
  });

  test('is there for every kind of repair', () => {
    expect(new Set(slips.flatMap((slip) => slip.kinds))).toEqual(new Set(repairKinds));
  });
});

describe('a text without a slip', () => {
  test('is never changed', () => {
    const accepted = judgedPrograms().filter(({ verdict }) => verdict.trainable);
    expect(accepted.length).toBeGreaterThan(30);
    for (const { text } of accepted) expect(interpret(text, { repair: true })).toEqual(interpret(text));
  });

  test.each([
    [
      'an unknown name',
      'class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = foo()\n',
    ],
    ['an endless loop', 'class Net(nn.Module):\n    def __init__(self):\n        while True:\n            pass\n'],
    [
      'a slip after a long computation',
      'class Net(nn.Module):\n    def __init__(self):\n        for i in range(100_000):\n            pass\n        super(Net2, self).__init__()\n' +
        '        self.fc = nn.Linear(3072, 10)\n    def forward(self, x):\n        return self.fc(x.flatten(1))\n',
    ],
    ['no class', 'Here is the network you asked for.'],
  ])('that has %s keeps its reason', (_name, text) => {
    const result = interpret(text, { repair: true });
    expect(result).toEqual(interpret(text));
    expect(result.ok).toBe(false);
  });
});

test('texts cut off anywhere are repaired to networks or keep their reason, and the answer is always the same', () => {
  const whole = judgedPrograms().filter(({ verdict }) => verdict.trainable);
  fc.assert(
    fc.property(fc.constantFrom(...whole), fc.double({ min: 0.3, max: 1, noNaN: true }), ({ text }, share) => {
      const cut = text.slice(0, Math.floor(text.length * share));
      const result = interpret(cut, { repair: true });
      expect(interpret(cut, { repair: true })).toEqual(result);
      const plain = interpret(cut);
      expect(result.ok).toBe(plain.ok);
      if (!result.ok && !plain.ok) expect(result.reason).toEqual(plain.reason);
    }),
    { numRuns: 150 },
  );
});
