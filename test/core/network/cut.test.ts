import { describe, expect, test } from 'vitest';
import { cutGenerated } from '../../../core/network/cut.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';

const interpret = await loadInterpreter();
const header = 'import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n';
const net = `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3072, 10)

    def forward(self, x):
        return self.fc(x.flatten(1))
`;

function sourceOf(text: string): string {
  return cutGenerated(text, 100_000).source;
}

describe('generated text', () => {
  test.each([
    ['starts at the class', net],
    ['has its imports', header + net],
    [
      'goes on with another prompt and another class',
      `${net}\n"""Add a layer"""\n\nclass Net(nn.Module):\n    broken(`,
    ],
    ['goes on with training code', `${net}\nnet = Net()\nfor i in range(10**9):\n    net.train()\n`],
    ['stands in prose and a code fence', `Here's the (improved network:\n\n\`\`\`python\n${net}\`\`\`\nIt's better.\n`],
    ['ends in an open string', `${net}\n"""Improve the above`],
  ])('that %s is cut to the class under the usual imports', (_name, text) => {
    expect(sourceOf(text)).toBe(header + net);
    expect(interpret(text).ok).toBe(true);
  });

  test('tells a decorated class from the class that follows it', () => {
    const settings = 'from dataclasses import dataclass\n\n@dataclass\nclass Settings:\n    width: int = 10\n\n';
    const text = settings + net.replace('3072, 10', '3072, Settings().width');
    expect(cutGenerated(text, 100_000).className).toBe('Net');
    expect(interpret(text).ok).toBe(true);
  });

  test('keeps the classes, functions, tables and imports that the network needs, and no others', () => {
    const text = `import math
import os
WIDTH = 4
UNUSED = 5
class Unused(nn.Module):
    pass
def width(n):
    return math.ceil(n * WIDTH)
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3072, width(2))
    def forward(self, x):
        return self.fc(x)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()
        self.head = Head()
    def forward(self, x):
        return self.head(self.block(x.flatten(1)))
class Head(nn.Linear):
    def __init__(self):
        super().__init__(width(2), 10)
`;
    const source = sourceOf(text);
    for (const kept of ['import math', 'WIDTH = 4', 'def width', 'class Block', 'class Net', 'class Head']) {
      expect(source).toContain(kept);
    }
    for (const left of ['import os', 'UNUSED', 'class Unused']) expect(source).not.toContain(left);
    const result = interpret(text);
    expect(result.ok && result.value.measures.params).toBe(3072 * 8 + 8 + 8 * 10 + 10);
    expect(result.ok && result.value.source).toBe(source);
  });

  test('chooses Net, else the first class that no later one mentions', () => {
    const named = (name: string) => net.replace('class Net', `class ${name}`);
    expect(cutGenerated(named('Net3') + named('Other'), 10_000).className).toBe('Net3');
    expect(cutGenerated(named('Other') + net, 10_000).className).toBe('Net');
    const uses = named('Big').replace('nn.Linear(3072, 10)', 'Small()');
    expect(cutGenerated(named('Small') + uses, 10_000).className).toBe('Big');
  });

  test('records which imports it supplied', () => {
    expect(cutGenerated(net, 10_000).assumed).toEqual(['nn']);
    expect(cutGenerated(header + net, 10_000).assumed).toEqual([]);
  });

  test('that stops in the middle is a syntax error at its place in the text', () => {
    const result = interpret(`\n\n${net.slice(0, net.indexOf('3072') + 4)}`);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.reason).toMatchObject({ kind: 'syntax', line: 6 });
  });

  test('without a class says so', () => {
    const result = interpret('x = 1\n');
    expect(!result.ok && result.reason.kind).toBe('class');
  });
});
