import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { failureOf } from '../../core/failure.ts';
import { networkInspectCommand } from '../../main/doors/commands/network-inspect.ts';
import { readNetworkFile } from '../../main/interpreter.ts';

const folder = mkdtempSync(join(tmpdir(), 'network-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const imports = 'import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n';

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function head(name: string, init = '', base = 'nn.Module'): string {
  return `
class ${name}(${base}):
    def __init__(self${init}):
        super().__init__()
        self.fc = nn.Linear(3072, ${init === '' ? '10' : 'width'})

    def forward(self, x):
        return self.fc(torch.flatten(x, 1))
`;
}

async function failure(run: Promise<unknown>) {
  try {
    await run;
  } catch (error) {
    return failureOf(error);
  }
  throw new Error('It should have been refused.');
}

describe("a person's file", () => {
  test('is read whole, training code and unknown imports passed over', async () => {
    const path = file(
      'training.py',
      `${imports}import torchvision
import torch.optim as optim
from torch.utils.data import DataLoader
${head('Net')}
net = Net()
optimizer = optim.SGD(net.parameters(), lr=0.1)
loader = DataLoader(torchvision.datasets.CIFAR10('data'))
for epoch in range(2):
    for images, labels in loader:
        optimizer.step()
if __name__ == '__main__':
    main()
`,
    );
    const read = await readNetworkFile(path);
    expect(read.measures).toMatchObject({ params: 30730, flops: 30720, width: 10, depth: 1 });
  });

  test('keeps its own lines, also after an import that is needed and missing', async () => {
    const path = file(
      'unknown.py',
      `${imports}from timm.layers import Fancy\n${head('Net').replace('nn.Linear', 'Fancy')}`,
    );
    expect(await failure(readNetworkFile(path))).toMatchObject({ kind: 'import', line: 4 });
    const bare = file('bare.py', head('Net'));
    expect(await failure(readNetworkFile(bare))).toMatchObject({ kind: 'name', line: 2 });
  });

  test('may hold several classes: Net, else the one that no other uses, else the one that is named', async () => {
    const used = head('Big').replace('nn.Linear(3072, 10)', 'Small()').replace('torch.flatten(x, 1)', 'x');
    const chosen = await readNetworkFile(file('used.py', imports + head('Small') + used));
    expect(chosen.network.parameters[0]?.name).toBe('fc.fc.weight');
    const two = file('two.py', imports + head('First') + head('Second'));
    expect(await failure(readNetworkFile(two))).toMatchObject({ kind: 'class' });
    expect((await readNetworkFile(two, { className: 'Second' })).measures.params).toBe(30730);
    expect(await failure(readNetworkFile(two, { className: 'Third' }))).toMatchObject({ kind: 'class' });
  });

  test('takes constructor arguments and another image size', async () => {
    const path = file('width.py', imports + head('Net', ', width'));
    expect(await failure(readNetworkFile(path))).toMatchObject({ kind: 'type' });
    expect((await readNetworkFile(path, { args: { width: 7 } })).measures.width).toBe(7);
    expect(await failure(readNetworkFile(path, { args: { width: 7 }, classes: 10 }))).toMatchObject({ kind: 'output' });
    expect(await failure(readNetworkFile(path, { args: { width: 7 }, input: [1, 28, 28] }))).toMatchObject({
      kind: 'shape',
    });
  });

  test('that is missing is refused with its path', async () => {
    const path = join(folder, 'nowhere.py');
    expect(await failure(readNetworkFile(path))).toMatchObject({
      kind: 'file',
      message: expect.stringContaining(path),
    });
  });
});

describe('network inspect', () => {
  const inspect = (positionals: readonly string[], options: Readonly<Record<string, string>> = {}) =>
    networkInspectCommand.run({
      options,
      positionals,
      json: true,
      signal: new AbortController().signal,
      say: () => undefined,
      print: () => undefined,
      event: () => undefined,
    });

  test('gives the JSON that scripts rely on, and a table for people', async () => {
    const { json, text } = await inspect([file('inspect.py', imports + head('Net'))]);
    expect(json).toMatchObject({
      params: 30730,
      flops: 30720,
      width: 10,
      depth: 1,
      widthToDepth: 10,
      output: ['N', 10],
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      repairs: [],
      layers: [
        { name: null, type: 'reshape', output: ['N', 3072], params: 0, flops: 0 },
        { name: 'fc', type: 'Linear', output: ['N', 10], params: 30730, flops: 30720 },
      ],
    });
    const table = text.join('\n');
    expect(table).toContain('30,730');
    expect(table).toMatch(/fc\s+Linear\s+linear\s+\[N, 10\]/);
  });

  test('refuses wrong usage with what would be right', async () => {
    const path = file('usage.py', imports + head('Net'));
    for (const [positionals, options] of [
      [[], {}],
      [[path, path], {}],
      [[path], { input: '3x32x32' }],
      [[path], { classes: 'ten' }],
      [[path], { args: '[1' }],
      [[path], { args: '[1]' }],
    ] as const) {
      expect((await failure(inspect(positionals, options))).kind).toBe('usage');
    }
  });
});
