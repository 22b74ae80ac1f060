/** The source of a network reads back to the same network, for every program of all three corpora. */
import { describe, expect, test } from 'vitest';
import { networkSource } from '../../../core/network/source/source.ts';
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
