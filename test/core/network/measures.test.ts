import { expect, test } from 'vitest';
import { loadInterpreter } from '../../../main/interpreter.ts';

const interpret = await loadInterpreter();

function measuresOf(init: string, forward: string) {
  const result = interpret(`class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 4, stride=4)
        ${init}
        self.head = nn.Linear(64 * 4, 10)

    def forward(self, x):
        x = self.stem(x).flatten(2).transpose(1, 2)
        ${forward}
        return self.head(x.flatten(1))
`);
  if (!result.ok) throw new Error(result.reason.message);
  return result.value.measures;
}

// The reading notes count registered leaf layers that forward uses; here by hand.
test.each([
  ['that runs', 'self.qkv = nn.Linear(4, 300)', 'x = self.qkv(x)[..., :4]', { depth: 3, width: 300 }],
  [
    'whose weight alone is read',
    'self.qkv = nn.Linear(4, 300)',
    'x = F.linear(x, self.qkv.weight, self.qkv.bias)[..., :4]',
    { depth: 3, width: 300 },
  ],
  [
    'whose weight goes through arithmetic',
    'self.qkv = nn.Linear(4, 300, bias=False)',
    'x = (x @ (2 * self.qkv.weight).t())[..., :4]',
    { depth: 3, width: 300 },
  ],
  ['that is idle', 'self.qkv = nn.Linear(4, 300)', 'x = x * self.qkv.weight.shape[1]', { depth: 2, width: 10 }],
  [
    'whose weight another layer bears too',
    'self.idle = nn.Linear(4, 4); self.runs = nn.Linear(4, 4); self.runs.weight = self.idle.weight',
    'x = self.runs(x)',
    { depth: 3, width: 10 },
  ],
])('a layer %s counts in depth and width by what forward uses', (_, init, forward, measures) => {
  expect(measuresOf(init, forward)).toMatchObject(measures);
});
