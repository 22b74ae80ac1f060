/** A worked example of an instruction: a small network, and a child of it that does what is asked. */
import { randomStream } from '../../random/stream.ts';
import type { Asks } from '../asks.ts';
import { childGrammar } from './child-grammar.ts';
import { sampleSentence } from './grammar.ts';
import type { Outline } from './outline.ts';

const block = { kernel: 3, stride: 1, norm: false, activation: 'ReLU', pool: 'MaxPool2d', residual: false } as const;

/** The example's parent, as {@link parentText} writes it. */
const outline: Outline = {
  names: { features: 'features', classifier: 'classifier' },
  channels: 3,
  side: 32,
  classes: 10,
  convolutions: [
    { ...block, width: 16, dropout: false },
    { ...block, width: 32, dropout: false },
  ],
  globalPool: false,
  recurrent: 0,
  linears: [{ width: 64, norm: false, activation: 'ReLU', dropout: false }],
  counts: { convolution: 2, linear: 2, normalisation: 0, pooling: 2, dropout: 0, residual: 0, recurrent: 0 },
};

const parentText = `import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.fc1 = nn.Linear(32 * 8 * 8, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        return self.fc2(x)
`;

/** The same instruction always has the same example. */
export function exampleOf(instruction: string, asks: Asks): { readonly parent: string; readonly child: string } {
  const { head, grammar } = childGrammar(outline, asks);
  return { parent: parentText, child: head + sampleSentence(grammar, randomStream('worked example', instruction)) };
}
