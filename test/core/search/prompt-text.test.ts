import { describe, expect, test } from 'vitest';
import { initialNetworkSource } from '../../../core/search/initial-network.ts';
import { promptSetSchema } from '../../../core/search/prompt-set.ts';
import {
  crossoverPrompt,
  mutationPrompt,
  networkClassName,
  renameIdentifier,
} from '../../../core/search/prompt-text.ts';
import { paperPrompts } from './paper-prompts.ts';

/** Appendix A of the paper, copied: its mutation example. */
const mutationExample = `import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 1, 1)
        self.fc1 = nn.Linear(1024, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        return x

"""Add a layer to improve the above network"""

`;

/** Its crossover example; the instruction, broken over three lines in print, is one line. */
const crossoverExample = `import torch
import torch.nn as nn
import torch.nn.functional as F

class Net1(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 1, 1)
        self.fc1 = nn.Linear(1024, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        return x

class Net2(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 1, 1)
        self.conv2 = nn.Conv2d(1, 2, 1)
        self.fc1 = nn.Linear(2048, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        return x

"""Combine the above two neural networks and create a third neural network class that also inherits from nn.Module and performs better than the above two neural networks"""

`;

const second = initialNetworkSource
  .replace('Conv2d(3, 1, 1)\n', 'Conv2d(3, 1, 1)\n        self.conv2 = nn.Conv2d(1, 2, 1)\n')
  .replace('1024', '2048')
  .replace('conv1(x))\n', 'conv1(x))\n        x = F.relu(self.conv2(x))\n');

const instructions = `Add a layer to improve the above network
Delete a layer to improve the above network
Improve the above network
Improve the above network by reducing the size drastically
Improve the above network by increasing the size drastically
Add fully connected layer to improve the above network
Add convolutional layer to improve the above network
Add pooling layer to improve the above network
Add residual connection to improve the above network
Add multiple residual connections to improve the above network
Add dropout layer to improve the above network
Add normalization layer to improve the above network
Add recurrent layer to improve the above network`;

describe('prompts', () => {
  test('the 13 instructions are the paper’s, in its order', () => {
    expect(paperPrompts.mutation.map((prompt) => prompt.text).join('\n')).toBe(instructions);
  });

  test('a mutation prompt is the example of the paper', () => {
    expect(mutationPrompt(initialNetworkSource, instructions.split('\n')[0] ?? '')).toBe(mutationExample);
    expect(mutationPrompt(`${initialNetworkSource}\n\n`, 'Add a layer to improve the above network')).toBe(
      mutationExample,
    );
  });

  test('a crossover prompt is the example of the paper', () => {
    expect(crossoverPrompt(paperPrompts, [initialNetworkSource, second])).toBe(crossoverExample);
  });

  test('three networks are named Net1, Net2, Net3 and ask for a fourth', () => {
    const text = crossoverPrompt(paperPrompts, [initialNetworkSource, second, initialNetworkSource]);
    expect(text.match(/^class \w+/gm)).toEqual(['class Net1', 'class Net2', 'class Net3']);
    expect(
      text.endsWith(
        '\n\n"""Combine the above three neural networks and create a fourth neural network class that also inherits from nn.Module and performs better than the above three neural networks"""\n\n',
      ),
    ).toBe(true);
    expect(text.match(/^import torch$/gm)?.length).toBe(1);
    expect(() => crossoverPrompt(paperPrompts, [second])).toThrow(/two or three/);
  });

  test('the class is renamed as a whole identifier only', () => {
    const source =
      'class Net(nn.Module):\n    def __init__(self):\n        super(Net, self).__init__()\n        self.Net = Net3x(Network, Net.size)\n';
    expect(renameIdentifier(source, 'Net', 'Net1')).toBe(
      'class Net1(nn.Module):\n    def __init__(self):\n        super(Net1, self).__init__()\n        self.Net = Net3x(Network, Net1.size)\n',
    );
  });

  test('the network class is the one named Net, else the last', () => {
    expect(networkClassName('class Net(nn.Module):\n  pass\nclass Block(nn.Module):\n  pass')).toBe('Net');
    expect(networkClassName('class Block(nn.Module):\n  pass\nclass Big(nn.Module):\n  pass')).toBe('Big');
    expect(networkClassName('x = 1')).toBeNull();
    expect(crossoverPrompt(paperPrompts, ['class A(B):\n    pass', 'class C(D):\n    pass'])).toContain(
      'class Net1(B):\n    pass\n\nclass Net2(D):\n',
    );
  });

  test('a prompt set cannot close its own quotes, nor name two prompts alike', () => {
    const broken = { ...paperPrompts, randomNetwork: 'end """ here' };
    expect(promptSetSchema.safeParse(broken).success).toBe(false);
    const twins = { ...paperPrompts, mutation: [paperPrompts.mutation[0], paperPrompts.mutation[0]] };
    expect(promptSetSchema.safeParse(twins).success).toBe(false);
  });
});
