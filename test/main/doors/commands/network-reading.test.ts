/** network inspect, diff and source: figures that can be worked out by hand, and files that read back. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { runCli } from '../run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-reading-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, channels: number, more = ''): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    `import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, ${channels}, 3, padding=1)
        self.bn = nn.BatchNorm2d(${channels})
        self.spare = nn.Linear(7, 11)
        self.fc = nn.Linear(${channels}, 10)

    def forward(self, x):
        x = F.relu(self.bn(self.conv(x)))
${more}        for unused in range(3):
            pass
        return self.fc(F.max_pool2d(x, 32).flatten(1))
`,
  );
  return path;
}

async function network(...words: string[]) {
  const { exitCode, stdout, stderr } = await runCli(['network', ...words]);
  return { exitCode, stdout, stderr };
}

async function jsonOf<T>(schema: z.ZodType<T>, ...words: string[]): Promise<T> {
  const { exitCode, stdout } = await network(...words, '--json');
  expect(exitCode).toBe(0);
  return schema.parse(JSON.parse(stdout));
}

const inspectionSchema = z.object({
  params: z.number(),
  flops: z.number(),
  activationBytes: z.number(),
  hash: z.string(),
  layers: z.array(z.record(z.string(), z.unknown())),
});

const sourceSchema = z.object({ hash: z.string(), readsBack: z.literal(true), lines: z.int(), source: z.string() });

const diffSchema = z.object({
  same: z.boolean(),
  counts: z.record(z.string(), z.int()),
  changes: z.array(z.object({ kind: z.string() })),
  before: z.object({ file: z.string(), hash: z.string(), params: z.number() }),
  after: z.object({ file: z.string(), hash: z.string(), params: z.number() }),
});

const eight = file('eight.py', 8);

describe('network inspect', () => {
  // Per image: conv 3 x 8 x 9 weights + 8, at 1,024 places; bn two numbers a channel; fc 8 x 10 + 10. Four bytes a number.
  const rows = [
    ['conv', 'Conv2d', 'conv2d', 3 * 8 * 9 + 8, 3 * 8 * 9 * 1024, 8 * 1024 * 4],
    ['bn', 'BatchNorm2d', 'batchNorm', 16, 0, 8 * 1024 * 4],
    [null, 'relu', 'relu', 0, 0, 8 * 1024 * 4],
    [null, 'maxPool2d', 'maxPool2d', 0, 0, 8 * 4],
    [null, 'reshape', 'reshape', 0, 0, 8 * 4],
    ['fc', 'Linear', 'linear', 90, 80, 10 * 4],
  ];

  test('gives each operation with its layer, parameters, FLOPs and bytes, and totals that they add up to', async () => {
    const { layers, ...totals } = await jsonOf(inspectionSchema, 'inspect', eight);
    const shown = layers.map(({ name, type, operator, params, flops, activationBytes }) => {
      return [name, type, operator, params, flops, activationBytes];
    });
    expect(shown).toEqual(rows);
    expect(totals).toMatchObject({
      params: 224 + 16 + 90 + (7 * 11 + 11),
      flops: 221_184 + 80,
      // The image itself is held too.
      activationBytes: 3 * 1024 * 4 + 3 * 32_768 + 2 * 32 + 40,
    });
  });

  test('gives a person the same table, with what forward does not read', async () => {
    const { stdout } = await network('inspect', eight);
    expect(stdout).toMatch(/^layer +class +operator +output +params +FLOPs +activations$/m);
    expect(stdout).toMatch(/^conv +Conv2d +conv2d +\[N, 8, 32, 32\] +224 +221,184 +32,768$/m);
    expect(stdout).toMatch(/^not read +88$/m);
    expect(stdout).toMatch(/^total +418 +221,264 +110,696$/m);
    expect(stdout).toMatch(/^hash +[0-9a-f]{64}$/m);
    expect(stdout).toContain('not used by forward: spare');
    expect(stdout).toMatch(/^classes +10, as builtin/m);
  });
});

describe('network diff', () => {
  test('says that two texts are one network', async () => {
    const renamed = join(folder, 'renamed.py');
    writeFileSync(renamed, readFileSync(eight, 'utf8').replaceAll('self.conv', 'self.stem'));
    const { same, counts, before, after } = await jsonOf(diffSchema, 'diff', eight, renamed);
    expect([same, counts.same, before.hash]).toEqual([true, 6, after.hash]);
    expect((await network('diff', eight, renamed)).stdout).toMatch(/The same network\.\n$/);
  });

  test('shows what came, what changed, and by how much', async () => {
    const wider = file('wider.py', 16, '        x = x.tanh()\n');
    const { same, counts, before, after } = await jsonOf(diffSchema, 'diff', eight, wider);
    expect({ same, counts }).toEqual({
      same: false,
      counts: { same: 0, rewired: 0, changed: 6, removed: 0, added: 1 },
    });
    expect([before.file, after.file]).toEqual([eight, wider]);
    const { exitCode, stdout } = await network('diff', eight, wider);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^- conv2d \[8, 3, 3, 3\] .* # conv\n\+ conv2d \[16, 3, 3, 3\] .* # conv$/m);
    expect(stdout).toMatch(/^\+ tanh -> \[N, 16, 32, 32\]$/m);
    // 16 x 28 + 32 + 170 + 88 after 418.
    expect(stdout).toMatch(/^parameters +418 +738 +\+320$/m);
    expect(stdout).toMatch(/0 removed, 1 added, 6 changed, 0 rewired\.\n$/);
  });
});

describe('network source', () => {
  test('prints one class that is the same network, and says so', async () => {
    const { exitCode, stdout, stderr } = await network('source', eight);
    const { hash } = await jsonOf(inspectionSchema, 'inspect', eight);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`reads back to the same network: hash ${hash}`);
    expect(stdout).not.toMatch(/spare|unused/);
    expect(await jsonOf(sourceSchema, 'source', eight)).toMatchObject({ hash, source: stdout });
  });

  test('writes a file that differs in nothing but what forward never read', async () => {
    const output = join(folder, 'clean.py');
    const { stdout } = await network('source', eight, '--output', output);
    expect(stdout).toMatch(/^Wrote \d+ lines to .*clean\.py\. It reads back to the same network/);
    const { same, before, after } = await jsonOf(diffSchema, 'diff', eight, output);
    expect([same, before.params - after.params]).toEqual([true, 88]);
  });

  test('refuses a network that does not fit the image size, with the line', async () => {
    const { exitCode, stdout, stderr } = await network('source', eight, '--input', '3,64,64');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^line 16: Linear\(8, 10\) got an input of 32 features/);
  });
});

test.each([
  ['inspect', [eight, eight]],
  ['diff', [eight]],
  ['source', []],
  ['source', [eight, '--classes', 'ten']],
  ['diff', [eight, eight, '--input', '3x32x32']],
  ['source', [eight, '--output', join(folder, 'none', 'clean.py')]],
])('network %s %j is refused with what would be right', async (command, words) => {
  const { exitCode, stdout } = await network(command, ...words, '--json');
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ error: { kind: expect.stringMatching(/^(usage|file)$/) } });
});
