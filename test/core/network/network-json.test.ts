import { expect, test } from 'vitest';
import { networkHash } from '../../../core/network/hash.ts';
import { networkFromJson, networkToJson } from '../../../core/network/network-json.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { classes, image, layerPrograms } from './layer-programs.ts';

const interpret = await loadInterpreter({ input: image, classes });

function networkOf(text: string) {
  const result = interpret(text);
  if (!result.ok) throw new Error(result.reason.message);
  return result.value.network;
}

test.each(layerPrograms())('$name is the same network after JSON', ({ text }) => {
  const network = networkOf(text);
  const again = networkFromJson(networkToJson(network));
  expect(again).toEqual(network);
  expect(networkHash(again)).toBe(networkHash(network));
});

const plain = (width: number, more = '') =>
  networkOf(`class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, ${width}, 3, padding=1)
        self.fc = nn.Linear(${width}, 4)

    def forward(self, x):
        x = F.relu(self.conv(x))
${more}        return self.fc(x.mean((2, 3)))
`);

test.each([
  ['not JSON', () => '{', 'not JSON'],
  ['another version', () => networkToJson(plain(8)).replace('"version":1', '"version":2'), 'version'],
  ['an unknown operator', () => networkToJson(plain(8)).replace('"operator":"relu"', '"operator":"exec"'), 'operator'],
  [
    'a shape that is not its own',
    () => networkToJson(plain(8)).replace('{"batch":1},8,8,8', '{"batch":1},9,8,8'),
    'shape',
  ],
  ['a value that comes later', () => networkToJson(plain(8)).replace('"inputs":[0]', '"inputs":[3]'), 'later'],
  [
    'a missing parameter',
    () => networkToJson(plain(8)).replace('"name":"conv.weight"', '"name":"other"'),
    'conv.weight',
  ],
])('JSON with %s is refused, the part named', (_name, text, part) => {
  expect(() => networkFromJson(text())).toThrow(part);
});
