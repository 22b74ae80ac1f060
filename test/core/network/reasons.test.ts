import { describe, expect, test } from 'vitest';
import { loadInterpreter } from '../../../main/interpreter.ts';

const interpret = await loadInterpreter();

function net(layer: string, forward: string): string {
  return `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = ${layer}
        self.fc = nn.Linear(3072, 10)

    def forward(self, x):
        ${forward.split('\n').join('\n        ')}
`;
}

function reasonOf(text: string) {
  const result = interpret(text);
  return result.ok ? null : result.reason;
}

describe('a reason', () => {
  test('names the layer, what it got and where that comes from, in PyTorch words', () => {
    const text = net('nn.Linear(1024, 10)', 'return self.layer(torch.flatten(F.max_pool2d(x, 2), 1))');
    expect(reasonOf(text)).toMatchObject({
      kind: 'shape',
      line: 8,
      message: 'line 8: Linear(1024, 10) got an input of 768 features (from flatten of [N, 3, 16, 16])',
    });
  });

  test.each([
    ['nn.Conv3d(3, 8, 3)', 'line 4: nn.Conv3d is not supported yet', 'unsupported'],
    ['nn.Conv3d(3, 8, 3)', 'line 4: nn.Conv3d is not supported yet', 'unsupported'],
    ['nn.FooBar(3)', "line 4: module 'torch.nn' has no attribute 'FooBar'", 'attribute'],
    ['nn.Linear(3072)', "line 4: Linear.__init__() missing 1 required positional argument: 'out_features'", 'type'],
    ['nn.Conv2d(3, 8, 3, pad=1)', "line 4: Conv2d.__init__() got an unexpected keyword argument 'pad'", 'type'],
    ["int('3.5')", "line 4: invalid literal for int() with base 10: '3.5'", 'value'],
    ['[1, 2][5]', 'line 4: list index out of range', 'index'],
    ['undefined', "line 4: name 'undefined' is not defined", 'name'],
  ])('of %s is located and worded', (layer, message, kind) => {
    expect(reasonOf(net(layer, 'return self.fc(x.flatten(1))'))).toMatchObject({ kind, message, line: 4 });
  });

  test.each([
    ['if F.relu(x):\n    x = -x\nreturn self.fc(x.flatten(1))', 'depend on its data'],
    ['return self.fc(x.flatten(1)[:2])', 'along the batch axis'],
    ['if x.size(0) > 3:\n    x = -x\nreturn self.fc(x.flatten(1))', 'batch size'],
    ['y = x.flatten(1)\nx += 1\nreturn self.fc(y)', 'changed in place through a view'],
    ['return self.fc(torch.linalg.inv(x).flatten(1))', 'torch.linalg is not supported yet'],
  ])('of what is not read yet says so: %s', (forward, part) => {
    const reason = reasonOf(net('nn.Identity()', forward));
    expect(reason?.kind).toBe('unsupported');
    expect(reason?.message).toContain(part);
  });
});

test('a header without its colon is named where it ends, as in Python', () => {
  const text = net('nn.Identity()', 'for i in range(2)\n    x = self.layer(x)\nreturn self.fc(x.flatten(1))');
  expect(reasonOf(text)).toMatchObject({ kind: 'syntax', message: "line 8: expected ':': `for i in range(2)`" });
});

describe('budgets', () => {
  test.each([
    ['parameters', { parameters: 30_000 }],
    ['FLOPs', { flops: 30_000 }],
    ['bytes', { activationBytes: 12_000, activationBytesOfInput: 0 }],
    ['numbers', { elements: 1_000, elementsOfInput: 0 }],
    ['operations', { trainingOperations: 20 }],
    ['steps', { steps: 10 }],
  ])('of %s are refused by number', async (word, budget) => {
    const narrow = await loadInterpreter({ budget });
    const result = narrow(net('nn.Identity()', 'return self.fc(x.flatten(1))'));
    expect(!result.ok && result.reason.kind).toBe('budget');
    expect(!result.ok && result.reason.message).toContain(word);
  });
});

test('another input and another number of classes are taken from the options', async () => {
  const small = await loadInterpreter({ input: [1, 28, 28], classes: 7 });
  const text = net('nn.Linear(784, 7)', 'return self.layer(x.view(-1, 28 * 28))');
  expect(small(text)).toMatchObject({ ok: true, value: { measures: { flops: 784 * 7, width: 7, depth: 1 } } });
});

test("the paper's initial network has the measures of the reading notes", () => {
  const result = interpret(`class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 1, 1)
        self.fc1 = nn.Linear(1024, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        return x
`);
  expect(result).toMatchObject({
    ok: true,
    value: { measures: { params: 10254, flops: 13312, width: 10, depth: 2, widthToDepth: 5 } },
  });
});
