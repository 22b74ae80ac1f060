/** docs/reasons.md lists every kind of reason, each with a sentence that the interpreter gives for the slip below. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type ReasonKind, reasonKinds } from '../../../core/python/reason.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';

const interpret = await loadInterpreter();

function net(init: string, forward: string): string {
  return `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3072, 10)
        ${init}

    def forward(self, x):
        ${forward}
`;
}

const whole = 'return self.fc(x.flatten(1))';

const slips: Readonly<Record<ReasonKind, string>> = {
  syntax: net('self.act = nn.ReLU() if', whole),
  name: net('self.act = ReLU()', whole),
  attribute: net('pass', 'return self.fc1(x.flatten(1))'),
  type: net('self.conv = nn.Conv2d(3, 8)', whole),
  value: net('self.conv = nn.Conv2d(3, 8, 3, groups=2)', whole),
  index: net('self.widths = [8, 16][2]', whole),
  key: net("self.width = {'small': 8}['large']", whole),
  raised: net("raise ValueError('bad depth')", whole),
  unsupported: net('self.mix = nn.Conv3d(8, 8, 4)', whole),
  shape: net('self.conv = nn.Conv2d(3, 8, 3)', 'return self.fc(self.conv(x).flatten(1))'),
  gradient: net('pass', 'return torch.zeros(x.size(0), 10) + 0 * x.detach().mean((1, 2, 3)).unsqueeze(1)'),
  output: net('pass', 'return self.fc(x.flatten(1)).sum(1)'),
  class: 'def network(x):\n    return x\n',
  import: `from layers import Block\n\n${net('self.block = Block()', whole)}`,
  budget: net('self.big = nn.Linear(100000, 100000)', whole),
};

interface Row {
  readonly kind: string;
  readonly example: string;
}

/** Rows of the page's table: kind and example stand in backticks, in two where the example holds some. */
function rowsOfPage(): Row[] {
  const page = readFileSync(new URL('../../../docs/reasons.md', import.meta.url), 'utf8');
  return [...page.matchAll(/^\| `(\w+)` \| [^|]+ \| (``? ?)([^|]+?) ?``? \| [^|]+ \|$/gm)].map(
    ([, kind = '', , example = '']) => ({
      kind,
      example,
    }),
  );
}

test('the page lists every kind once, in their order', () => {
  expect(rowsOfPage().map(({ kind }) => kind)).toEqual([...reasonKinds]);
});

test.each(Object.entries(slips))('the example of %s is what the interpreter says', (kind, text) => {
  const result = interpret(text);
  const reason = result.ok ? null : { kind: result.reason.kind, example: result.reason.message };
  expect(reason).toEqual(rowsOfPage().find((row) => row.kind === kind));
});

/** Programs that PyTorch runs and that stay refused, one for each row of the page's second table. */
const forGood: readonly string[] = [
  net('pass', 'return self.fc((x + torch.randn_like(x)).flatten(1))'),
  net('pass', 'return self.fc(x.flatten(1)) if torch.rand(1).item() < 0.5 else self.fc(-x.flatten(1))'),
  net('pass', 'return self.fc(x.flatten(1)) if x.sum() > 0 else self.fc(-x.flatten(1))'),
  net('pass', 'return self.fc((x - x.mean(0)).flatten(1))'),
  net('pass', 'return self.fc(x.flatten(1)) / x.size(0)'),
  net('pass', 'return self.fc(x.flatten(1)[[0, 1]])'),
  net('self.fc = nn.utils.spectral_norm(self.fc)', whole),
  net('self.half()', whole),
  net('pass', 'return self.fc(torch.fft.fft2(x).real.flatten(1))'),
  net('pass', 'return self.fc(x.flatten(1)) * len(torch.unique(x.flatten(1).argmax(1)))'),
  net("self.register_buffer('noise', torch.randn(3072))", 'return self.fc(x.flatten(1) + self.noise)'),
  net(
    "self.register_buffer('b', torch.zeros(10))",
    'y = self.fc(x.flatten(1)) + self.b\n        self.b.add_(1)\n        return y',
  ),
  net(
    'self.make = nn.Linear(3072, 27)',
    'w = self.make(x.flatten(1)).view(-1, 3, 3, 3)\n        n = x.size(0)\n        y = F.conv2d(x.reshape(1, n * 3, 32, 32), w.reshape(n, 3, 3, 3), groups=n)\n        return self.fc(x.flatten(1)) + y.mean()',
  ),
  net('self.mix = nn.Conv3d(3, 8, 3)', whole),
  net(
    'self.rnn = nn.GRU(96, 8, batch_first=True)',
    'p = nn.utils.rnn.pack_padded_sequence(x.flatten(2).transpose(1, 2), [1024], batch_first=True)\n        return self.fc(x.flatten(1))',
  ),
  `import yaml\n\n\n${net("self.width = yaml.safe_load('width: 8')['width']\n        self.conv = nn.Conv2d(3, self.width, 1)", whole)}`,
  net('pass', 'return torch.vmap(lambda image: self.fc(image.flatten()))(x)'),
  net('pass', 'return self.fc(F.interpolate(x, size=32, mode="bilinear", antialias=True).flatten(1))'),
  net('self.fc.register_full_backward_hook(lambda module, before, after: (before[0] * 0.5,))', whole),
  `class Clip(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, grad):
        return grad.clamp(-1, 1)


${net('pass', 'return Clip.apply(self.fc(x.flatten(1)))')}`,
];

/** Sentences of the table of what is refused for good. */
function sentencesForGood(): string[] {
  const page = readFileSync(new URL('../../../docs/reasons.md', import.meta.url), 'utf8');
  const section = page.slice(page.indexOf('## Refused for good'));
  return [...section.matchAll(/^\| [^|]+ \| `(.+)` \|$/gm)].map(([, sentence = '']) => sentence);
}

test('what is refused for good has a row each', () => {
  expect(sentencesForGood().length).toBe(forGood.length);
});

test.each(forGood.map((text, index) => ({ text, sentence: sentencesForGood()[index] ?? '' })))(
  'is refused for good, with its sentence: $sentence',
  ({ text, sentence }) => {
    const result = interpret(text);
    expect(!result.ok && result.reason.kind).toBe('unsupported');
    expect(!result.ok && result.reason.message.replace(/^line \d+: /, '')).toBe(sentence);
  },
);
