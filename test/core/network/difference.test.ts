/** Differences that can be told by eye: what a change of the text does to the operations. */
import { describe, expect, test } from 'vitest';
import { type ChangeKind, networkDifference, operationText } from '../../../core/network/difference.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { classes, image } from './layer-programs.ts';

const interpret = await loadInterpreter({ input: image, classes });

function networkOf(init: string, forward: string) {
  const indented = (text: string) => text.split('\n').join('\n        ');
  const result = interpret(`class Net(nn.Module):
    def __init__(self):
        super().__init__()
        ${indented(init)}

    def forward(self, x):
        ${indented(forward)}
`);
  if (!result.ok) throw new Error(result.reason.message);
  return result.value.network;
}

const plain = (width: number, more = 'x = x') =>
  networkOf(
    `self.conv = nn.Conv2d(3, ${width}, 3, padding=1)\nself.fc = nn.Linear(${width}, 4)`,
    `x = F.relu(self.conv(x))\n${more}\nreturn self.fc(x.mean((2, 3)))`,
  );

const twice = (second: string) =>
  networkOf(
    'self.a = nn.Conv2d(3, 3, 1)\nself.b = nn.Conv2d(3, 3, 1)\nself.fc = nn.Linear(3, 4)',
    `y = self.a(x)\nz = ${second}\nreturn self.fc(z.mean((2, 3)))`,
  );

const none: Readonly<Record<ChangeKind, number>> = { same: 0, rewired: 0, changed: 0, removed: 0, added: 0 };

describe('the difference of two networks', () => {
  test('is none of a network and itself, whatever its layers are called', () => {
    expect(networkDifference(plain(8), plain(8))).toMatchObject({ same: true, counts: { ...none, same: 4 } });
    const renamed = networkOf(
      'self.features = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU())\nself.head = nn.Linear(8, 4)',
      'return self.head(self.features(x).mean((2, 3)))',
    );
    const { same, changes } = networkDifference(plain(8), renamed);
    expect(same).toBe(true);
    expect(changes[0]).toMatchObject({ before: { layer: 'conv' }, after: { layer: 'features.0' } });
  });

  test('names what was added, and what was removed on the way back', () => {
    const [old, next] = [plain(8), plain(8, 'x = torch.tanh(x)')];
    const tanh = { index: 2, layer: null, operator: 'tanh', weight: null, attributes: [], output: '[N, 8, 8, 8]' };
    const there = networkDifference(old, next);
    expect(there).toMatchObject({ same: false, counts: { ...none, same: 4, added: 1 } });
    expect(there.changes[2]).toEqual({ kind: 'added', before: null, after: tanh });
    expect(networkDifference(next, old).changes[2]).toEqual({ kind: 'removed', before: tanh, after: null });
  });

  test('pairs an operation with the same one of another size', () => {
    const { counts, changes } = networkDifference(plain(8), plain(16, 'x = torch.tanh(x)'));
    expect(counts).toEqual({ ...none, changed: 4, added: 1 });
    expect(changes[0]).toMatchObject({
      kind: 'changed',
      before: { operator: 'conv2d', weight: [8, 3, 3, 3], output: '[N, 8, 8, 8]' },
      after: { operator: 'conv2d', weight: [16, 3, 3, 3], output: '[N, 16, 8, 8]' },
    });
  });

  test('sees that an operation reads another value, and that weights are shared', () => {
    const kinds = (second: string) =>
      networkDifference(twice('self.b(y) + y'), twice(second)).changes.map(({ kind }) => kind);
    expect(kinds('y + self.b(y)')).toEqual(['same', 'same', 'same', 'same', 'same']);
    expect(kinds('self.b(y) + x')).toEqual(['same', 'same', 'rewired', 'same', 'same']);
    expect(kinds('self.b(x) + y')).toEqual(['same', 'rewired', 'same', 'same', 'same']);
    expect(kinds('self.a(y) + y')).toEqual(['same', 'rewired', 'same', 'same', 'same']);
  });

  test('cuts the numbers of a table short, and yet tells two tables apart', () => {
    const table = (last: number) =>
      networkOf(
        'self.fc = nn.Linear(192, 4)',
        `return self.fc(x.flatten(1) * torch.tensor([float(i) for i in range(191)] + [${last}.0]))`,
      );
    const { counts, changes } = networkDifference(table(1), table(2));
    expect(counts.changed).toBe(1);
    expect(Math.max(...changes.map(({ after }) => (after === null ? 0 : operationText(after).length)))).toBeLessThan(
      120,
    );
  });
});
