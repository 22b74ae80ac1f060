/** Networks that do one thing in training and another in evaluation. */
import { describe, expect, test } from 'vitest';
import { buildEvaluationGraph } from '../../../core/autodiff/evaluation-graph.ts';
import { buildTrainingGraph } from '../../../core/autodiff/training-graph.ts';
import type { Network } from '../../../core/network/ir.ts';
import { networkIn } from '../../../core/network/modes.ts';
import { cleanSource } from '../../../core/network/source/clean-source.ts';
import { fillNoise } from '../../../core/training/noise.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';

const interpret = await loadInterpreter();

function net(forward: string, init = 'pass'): string {
  const indent = (code: string) => code.split('\n').join('\n        ');
  return `import random

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.bn = nn.BatchNorm2d(4)
        self.fc = nn.Linear(3600, 10)
        ${indent(init)}

    def forward(self, x):
        ${indent(forward)}
        return self.fc(torch.flatten(self.bn(self.conv(x)), 1))
`;
}

function read(forward: string, init?: string) {
  const result = interpret(net(forward, init));
  if (!result.ok) throw new Error(result.reason.message);
  return result.value;
}

const used = ({ nodes, output }: Network) => {
  const needed = new Set([output]);
  for (let value = nodes.length; value > 0; value--) {
    if (needed.has(value)) for (const input of nodes[value - 1]!.inputs) needed.add(input);
  }
  return nodes.filter((_, index) => needed.has(index + 1)).map(({ operator }) => operator);
};

const plain = ['conv2d', 'batchNorm', 'reshape', 'linear'];

/** What forward does, and the operators of each mode. */
const programs: Readonly<Record<string, readonly [code: string, training: string[], evaluation: string[]]>> = {
  'noise while training': ['if self.training:\n    x = x + torch.randn_like(x)', ['noise', 'add', ...plain], plain],
  'a branch for each mode': [
    'x = torch.tanh(x) if self.training else F.silu(x)',
    ['tanh', ...plain],
    ['silu', ...plain],
  ],
  'an early return in evaluation': [
    'if not self.training:\n    return self.fc(torch.flatten(self.bn(torch.relu(self.conv(x))), 1))',
    plain,
    ['conv2d', 'relu', 'batchNorm', 'reshape', 'linear'],
  ],
  'noise that is scaled': [
    'n = torch.rand(x.shape) * 0.5\nif self.training:\n    x = x * n + n',
    ['noise', 'affine', 'multiply', 'add', ...plain],
    plain,
  ],
  'a mask by comparison': [
    'if self.training:\n    x = x * (torch.rand_like(x) < torch.sigmoid(x.mean((2, 3), keepdim=True)))',
    ['mean', 'sigmoid', 'noise', 'compare', 'multiply', ...plain],
    plain,
  ],
};

describe.each(Object.entries(programs))('%s', (_name, [code, training, evaluation]) => {
  test('is one network with the operations of each mode', () => {
    const { network, measures } = read(code);
    expect(used(networkIn(network, 'training')).sort()).toEqual([...training].sort());
    expect(used(networkIn(network, 'evaluation')).sort()).toEqual([...evaluation].sort());
    // Multiply-accumulates of evaluation: a convolution and a linear layer once each.
    expect(measures.flops).toBe(4 * 27 * 900 + 36000);
  });

  test('shares its layers between the modes', () => {
    const { network } = read(code);
    expect(network.nodes.filter(({ operator }) => operator === 'linear').length).toBeLessThanOrEqual(2);
    expect(network.modules.filter((each) => each.used).map(({ path }) => path)).toEqual(['conv', 'bn', 'fc']);
  });

  test('is written as source that reads back to it', async () => {
    const value = read(code);
    expect(await cleanSource(value, interpret)).toContain('if self.training else');
  });
});

describe('dropout alone', () => {
  test.each([
    'x = F.dropout(x, 0.3, training=self.training)',
    'if self.training:\n    x = F.dropout2d(x, 0.3)',
    'if self.training:\n    x = x * (x.new_empty(x.size(0), 1, 1, 1).bernoulli_(0.8) / 0.8)',
    'x = F.dropout(x, 0.3, self.training) if self.training else x * 1.0',
  ])('tells the modes apart without a choice: %s', (code) => {
    const { network } = read(code);
    expect(network.nodes.map(({ operator }) => operator)).not.toContain('byMode');
    expect(network.nodes.map(({ operator }) => operator)).toContain('dropout');
  });
});

describe('random numbers', () => {
  test('are an input of the training graph, and none of evaluation', () => {
    const { network } = read('if self.training:\n    x = x + torch.randn_like(x) * 0.1');
    const graph = buildTrainingGraph(network, { batch: 2, momentum: 0, weightDecay: 0, labelSmoothing: 0 });
    expect(graph.inputs.filter(({ role }) => role === 'noise')).toMatchObject([
      { shape: [2, 3, 32, 32], distribution: { kind: 'normal', mean: 0, deviation: 1 } },
    ]);
    const evaluated = buildEvaluationGraph(network, { batch: 2 });
    expect(evaluated.inputs.map(({ role }) => role)).not.toContain('noise');
  });

  test.each([
    ['x = x + torch.randn_like(x)', 'drawn in evaluation too'],
    ['x = x * torch.bernoulli(torch.full_like(x, 0.5))', 'drawn in evaluation too'],
    ['x = F.gumbel_softmax(x, dim=1)', 'drawn in evaluation too'],
    ['x = x * random.random()', 'random numbers'],
    ['if random.random() < 0.5:\n    x = -x', 'random numbers'],
  ])('that logits depend on in evaluation are refused: %s', (code, words) => {
    const result = interpret(net(code));
    expect(!result.ok && result.reason).toMatchObject({ kind: 'unsupported' });
    expect(!result.ok && result.reason.message).toContain(words);
  });

  test('that nothing depends on are read and left out', () => {
    const { network } = read(
      'noise = torch.randn_like(x)\nself.loss = F.mse_loss(x, noise)\nself.figure = random.random() * self.loss.item()',
    );
    expect(network.nodes.map(({ operator }) => operator)).toEqual(plain);
  });

  test('have the mean and the spread that they are drawn with, and come from their key', () => {
    const draw = (seed: number, kind: 'normal' | 'uniform') => {
      const numbers = new Float32Array(20_000);
      const distribution = kind === 'normal' ? { kind, mean: 1, deviation: 2 } : { kind, low: -1, high: 3 };
      fillNoise(numbers, distribution, { seed, step: 3, node: 4 });
      return numbers;
    };
    for (const [kind, spread] of [
      ['normal', 2],
      ['uniform', 4 / Math.sqrt(12)],
    ] as const) {
      const numbers = draw(1, kind);
      const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
      const deviation = Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length);
      // Five standard errors.
      expect(Math.abs(mean - 1)).toBeLessThan((5 * spread) / Math.sqrt(numbers.length));
      expect(Math.abs(deviation - spread)).toBeLessThan((5 * spread) / Math.sqrt(numbers.length));
      expect(draw(1, kind)).toEqual(numbers);
      expect(draw(2, kind)).not.toEqual(numbers);
    }
  });
});

describe('figures of the batch', () => {
  test.each([
    'self.last = x.mean().item()\nprint(f"{self.last:.3f}", float(x.std()), x.size(0) / 2)',
    'self.seen = x.size(0) + 1\nself.rate = 1 / (x.numel() + 0.5)',
    'self.index = torch.arange(x.size(0))\nself.spread = x.var(dim=(0, 2, 3), unbiased=False)',
  ])('may be computed and kept: %s', (code) => {
    expect(read(code).network.nodes.map(({ operator }) => operator)).toEqual(plain);
  });

  test.each([
    ['x = x - x.mean(0)', 'over the batch axis'],
    ['x = x * x.mean().item()', 'depend on its data'],
    ['if x.mean() > 0:\n    x = -x', 'depend on its data'],
    ['x = x / x.size(0)', 'batch size'],
    ['if x.size(0) > 3:\n    x = -x', 'batch size'],
  ])('are refused where logits depend on them: %s', (code, words) => {
    const result = interpret(net(code));
    expect(!result.ok && result.reason.kind).toBe('unsupported');
    expect(!result.ok && result.reason.message).toContain(words);
  });
});
