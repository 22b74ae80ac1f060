import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reasonKinds } from '../../../core/python/reason.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { mutatedProgram } from './mutations.ts';

const interpret = await loadInterpreter();

/** What a program could reach if it got out: names of the global object and of the prototypes that everything shares. */
function surroundings(): string {
  const shared = [globalThis, Object.prototype, Array.prototype, Map.prototype, Function.prototype, Error.prototype];
  return shared.map((each) => Reflect.ownKeys(each).map(String).sort().join(' ')).join('\n');
}

test('100,000 changed programs: each ends with a network or a reason, and nothing of them stays', {
  timeout: 1_800_000,
}, () => {
  const before = surroundings();
  let read = 0;
  const property = fc.property(mutatedProgram, (text) => {
    const clock = process.cpuUsage();
    const result = interpret(text);
    const { user, system } = process.cpuUsage(clock);
    // No hang: far beyond what any program takes, far below what one would notice.
    expect((user + system) / 1e6).toBeLessThan(5);
    if (result.ok) read++;
    else expect(reasonKinds).toContain(result.reason.kind);
  });
  fc.assert(property, { numRuns: 100_000 });
  expect(surroundings()).toBe(before);
  expect(read).toBeGreaterThan(100);
  const after = interpret(
    'class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(3072, 10)\n    def forward(self, x):\n        return self.fc(x.flatten(1))\n',
  );
  expect(after.ok && after.value.measures.params).toBe(30730);
});
