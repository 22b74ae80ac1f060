import { expect, test } from 'vitest';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { outlineOf } from './models.ts';
import { modelsOfParts, readPart } from './parts.ts';

const interpret = await loadInterpreter();

test('there are twenty-eight models', () => {
  expect(modelsOfParts().length).toBe(28);
});

test.each(modelsOfParts())("$name has PyTorch's state_dict and parameters", async (model) => {
  const { network, measures } = await readPart(model);
  expect(outlineOf(network)).toBe(model.outline);
  expect(measures.params).toBe(model.parameters);
});

const using = (line: string) => `import torchvision
from torchvision.models import resnet18
from torchvision.ops.misc import Conv2dNormActivation

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3072, 10)
        ${line}

    def forward(self, x):
        return self.fc(x.flatten(1))
`;

test.each([
  ['self.body = resnet18(weights="DEFAULT")', 'pretrained weights of torchvision would be downloaded'],
  [
    'self.body = nn.Sequential(torchvision.models.swin_t().features)',
    'put the package torchvision into the folder that --root names',
  ],
  ['self.fc = torchvision.ops.DeformConv2d(3, 8, 3).weight[0]', 'torchvision.ops.DeformConv2d'],
  ['self.parts = nn.Sequential(torchvision.models.swin_t())', 'torchvision.models.swin_t() is not read'],
])('%s is refused by a sentence that says why', (line, sentence) => {
  const result = interpret(using(line));
  expect(result.ok ? 'accepted' : result.reason.message).toContain(sentence);
});
