// How many classes a file's network has, and how many one would need to be trained here.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { networkInspectCommand } from '../../../../main/doors/commands/network-inspect.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-classes-'));
const home = process.env.LLMATIC_HOME;
beforeAll(() => {
  process.env.LLMATIC_HOME = folder;
});
afterAll(() => {
  if (home === undefined) delete process.env.LLMATIC_HOME;
  else process.env.LLMATIC_HOME = home;
  rmSync(folder, { recursive: true });
});

const source = `import torch
from torch import nn
class Net(nn.Module):
    def __init__(self, classes=7):
        super().__init__()
        self.fc = nn.Linear(3072, classes)
    def forward(self, x):
        return self.fc(torch.flatten(x, 1))
`;

async function inspected(text: string, options = {}) {
  const file = join(folder, 'net.py');
  writeFileSync(file, text);
  const quiet = { json: true, signal: new AbortController().signal, say() {}, print() {}, event() {} };
  const { json, text: shown } = await networkInspectCommand.run({ ...quiet, options, positionals: [file] });
  return { json, line: /^classes +(.*)$/m.exec(shown.join('\n'))?.[1] };
}

test('inspect says how many classes a network has, which datasets have as many, or how many a file would need', async () => {
  expect(await inspected(source)).toMatchObject({
    json: { classes: 7 },
    line: '7: no dataset here has so many (builtin has 10); to be trained on one, or to seed a search over it, the file needs 10',
  });
  expect((await inspected(source, { args: '{"classes": 10}' })).line).toBe('10, as builtin');
  const other = join(folder, 'datasets', 'digits');
  mkdirSync(other, { recursive: true });
  const manifest = {
    version: 1,
    name: 'digits',
    hash: '0'.repeat(64),
    classes: ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
    shape: [3, 32, 32],
    train: { count: 1 },
    test: { count: 1 },
    source: { format: 'cifar10-binary', files: [], notes: [] },
  };
  writeFileSync(join(other, 'manifest.json'), JSON.stringify(manifest));
  expect((await inspected(source)).line).toBe('7, as digits');
  expect((await inspected(source, { args: '{"classes": 3}' })).line).toContain(
    '(builtin has 10, digits has 7); to be trained on one, or to seed a search over it, the file needs 7 or 10',
  );
});
