/** The source of a network reads back to the same network, for every program of all three corpora. */
import { describe, expect, test } from 'vitest';
import { networkHash } from '../../../core/network/hash.ts';
import { networkSource, printNetwork } from '../../../core/network/source/source.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { corpusPrograms } from './corpus.ts';
import { classes, image, layerPrograms } from './layer-programs.ts';
import { judgedPrograms } from './programs.ts';

const large = await loadInterpreter();
const small = await loadInterpreter({ input: image, classes });

const cases = [
  ...judgedPrograms().flatMap(({ name, text, verdict }) =>
    verdict.trainable ? [{ name, text, interpret: large }] : [],
  ),
  ...corpusPrograms().flatMap(({ name, text }) => (large(text).ok ? [{ name, text, interpret: large }] : [])),
  ...layerPrograms().map(({ name, text }) => ({ name, text, interpret: small })),
];

function read(interpret: typeof large, text: string) {
  const result = interpret(text);
  if (!result.ok) throw new Error(`${result.reason.message}\n${text}`);
  return result.value;
}

describe.each(cases)('the source of $name', ({ text, interpret }) => {
  test('reads back to the same hash, parameters and FLOPs, and gives the same source again', () => {
    const original = read(interpret, text);
    const source = networkSource(original.network);
    const again = read(interpret, source);
    expect(again.hash).toBe(original.hash);
    expect(again.measures.flops).toBe(original.measures.flops);
    const used = (value: typeof original) => {
      const names = new Set(value.network.nodes.flatMap(({ parameters }) => Object.values(parameters)));
      return value.network.parameters
        .flatMap(({ name, shape, initializer }) => (names.has(name) ? [JSON.stringify([shape, initializer])] : []))
        .sort();
    };
    expect(used(again)).toEqual(used(original));
    expect(read(interpret, networkSource(again.network)).hash).toBe(original.hash);
  });
});

test('is what a person would write: layers under short names, one expression a step', () => {
  const network = read(
    large,
    `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(inplace=True))
        self.block = nn.Sequential(nn.Conv2d(8, 8, (3, 1), padding=(1, 0)), nn.Dropout(0.2))
        self.classifier = nn.Linear(8 * 64, 10)
        nn.init.normal_(self.classifier.weight, 0, 0.01)

    def forward(self, x):
        x = self.features(x)
        x = F.max_pool2d(x + 0.5 * self.block(x), 4)
        return self.classifier(x.view(x.size(0), -1))
`,
  ).network;
  expect(networkSource(network, { className: 'Small' })).toBe(`import torch
import torch.nn as nn
import torch.nn.functional as F


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 8, (3, 1), padding=(1, 0))
        self.dropout1 = nn.Dropout(0.2)
        self.fc1 = nn.Linear(512, 10)
        nn.init.normal_(self.fc1.weight, 0.0, 0.01)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.fc1(F.max_pool2d(x + self.dropout1(self.conv2(x)) * 0.5, 4).flatten(1))
`);
});

/** A network of one layer, and what forward does after it. */
function programOf(init: string, forward: string): string {
  return `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        ${init}
        self.fc = nn.Linear(3072, 10)

    def forward(self, x):
        x = ${forward}
        return self.fc(x.flatten(1))
`;
}

test.each([
  ["nn.BatchNorm2d(3, eps=float('inf'))", 'self.l(x)'],
  ["nn.BatchNorm2d(3, momentum=float('nan'))", 'self.l(x)'],
  ["nn.GroupNorm(3, 3, eps=float('inf'))", 'self.l(x)'],
  ["nn.LayerNorm(32, eps=float('-inf'))", 'self.l(x)'],
  ["nn.RMSNorm(32, eps=float('nan'))", 'self.l(x)'],
  ["nn.InstanceNorm2d(3, eps=float('inf'), track_running_stats=True)", 'self.l(x)'],
  ['nn.Identity()', "torch.clamp(x, max=float('inf'))"],
  ['nn.Identity()', "torch.clamp(x, max=float('-inf'))"],
  ['nn.Identity()', "torch.clamp(x, min=float('nan'))"],
  ['nn.Identity()', 'x + torch.full((3, 1, 1), 123456789012345680000.0)'],
  ['nn.Identity()', 'x * 0.1 + torch.full((3, 1, 1), 0.1)'],
  ['nn.Identity()', "x.masked_fill(x > 1, float('-inf'))"],
])('odd numbers read back: %s, %s', (init, forward) => {
  const original = read(large, programOf(`self.l = ${init}`, forward));
  expect(read(large, networkSource(original.network)).hash).toBe(original.hash);
});

test('bounds and fills that are not finite tell networks apart', () => {
  const hashOf = (forward: string) => networkHash(read(large, programOf('pass', forward)).network);
  const forms = [
    "torch.clamp(x, max=float('-inf'))",
    "torch.clamp(x, min=float('inf'))",
    "torch.clamp(x, min=float('nan'))",
    'torch.clamp(x, min=0.5)',
  ];
  expect(new Set(forms.map(hashOf)).size).toBe(forms.length);
});

test('weights of recurrent layers that are read elsewhere, or shared, stand in one parameter', () => {
  const original = read(
    large,
    `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.LSTM(96, 16, bidirectional=True)
        self.b = nn.LSTM(96, 16, bidirectional=True)
        self.b.weight_ih_l0 = self.a.weight_ih_l0
        self.gru = nn.GRU(96, 8)
        self.fc = nn.Linear(1024, 10)

    def forward(self, x):
        x = x.reshape(x.size(0), 32, 96).transpose(0, 1)
        y = self.a(x)[0][:, :, 16:]
        z = self.b(x)[0][:, :, :16]
        w = F.linear(x, self.gru.weight_ih_l0[:10]).mean(0) * self.gru(x)[0].mean((0, 2)).unsqueeze(1)
        return self.fc(torch.cat([y, z], 2).transpose(0, 1).flatten(1)) + w
`,
  );
  const { source, origins } = printNetwork(original.network);
  expect(read(large, source).hash).toBe(original.hash);
  expect(source).toContain('self.lstm2.weight_ih_l0 = self.lstm1.weight_ih_l0');
  // PyTorch's state_dict has a shared parameter under each of its names.
  expect([...origins].filter(([, origin]) => origin === 'a.weight_ih_l0').map(([name]) => name)).toEqual([
    'lstm1.weight_ih_l0',
    'lstm2.weight_ih_l0',
  ]);
  expect(origins.get('gru1.weight_ih_l0')).toBe('gru.weight_ih_l0');
});
