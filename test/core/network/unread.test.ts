import { expect, test } from 'vitest';
import { loadInterpreter } from '../../../main/interpreter.ts';

const interpret = await loadInterpreter();

const net = (made: string, forward = 'pass', base = 'nn.Module') => `class Net(${base}):
    def __init__(self):
        super().__init__()
        ${made}
        self.f = nn.Linear(3072, 10)

    def forward(self, x):
        ${forward}
        return self.f(x.flatten(1))
`;

const ofBatch = 'unsupported: this depends on the batch size, which is not a fixed number';
const ofPackage = (name: string) => `unsupported: ${name} is not read: the network may use torch and plain Python only`;

/** PyTorch runs each of them, given the packages: none may be told as an error of Python's. */
const cases: readonly (readonly [name: string, text: string, said: string])[] = [
  [
    'a network whose base is of another package',
    `import transformers\n${net('pass', 'pass', 'transformers.ResNetModel')}`,
    ofPackage('transformers.ResNetModel'),
  ],
  [
    'a block whose base is of another package',
    `import transformers\nclass B(transformers.PreTrainedModel):\n    pass\n${net('self.b = B()', 'x = self.b(x)')}`,
    ofPackage('transformers.PreTrainedModel'),
  ],
  [
    'what such a block inherits',
    `import transformers\nclass B(transformers.PreTrainedModel):\n    pass\n${net('self.b = B().config')}`,
    ofPackage('transformers.PreTrainedModel'),
  ],
  [
    'a function with a default that is not read',
    `def g(x, k=torch.fft.fft(torch.ones(3))):\n    return x\n${net('pass', 'x = g(x)')}`,
    'unsupported: torch.fft is not supported yet',
  ],
  [
    'a private part of a layer',
    net('self.k = nn.LSTM(3, 4)._flat_weight_refs'),
    'unsupported: LSTM._flat_weight_refs is not read: it is private to PyTorch',
  ],
  ['a list as long as the batch', net('pass', 'y = [0] * x.size(0)'), ofBatch],
  ['a text as long as the batch', net('pass', "y = 'a' * x.shape[0]"), ofBatch],
  ['a place of a list by the batch', net('pass', 'y = [1, 2, 3][x.size(0)]'), ofBatch],
  ['a part of a list by the batch', net('pass', 'y = [1, 2, 3][:len(x)]'), ofBatch],
  ['the negative of the batch size', net('pass', 'y = -x.size(0)'), ofBatch],
];

test.each(cases)('%s is told as not read', (_name, text, said) => {
  const result = interpret(text);
  expect(result.ok ? 'accepted' : `${result.reason.kind}: ${result.reason.message.replace(/^line \d+: /, '')}`).toBe(
    said,
  );
});

test('what a layer lacks is still an error of Python, and may be asked for', () => {
  const lacking = interpret(net('self.k = nn.LSTM(3, 4).nothing'));
  expect(lacking.ok ? null : lacking.reason.kind).toBe('attribute');
  const asking = "assert not hasattr(self, '_is_loaded') and getattr(nn.Linear(2, 2), '_none', 3) == 3";
  expect(interpret(net(asking)).ok).toBe(true);
});
