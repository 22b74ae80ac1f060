import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../core/network/sha256.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { judgedPrograms } from './programs.ts';

const interpret = await loadInterpreter();

function hashOf(text: string): string {
  const result = interpret(text);
  if (!result.ok) throw new Error(result.reason.message);
  return result.value.hash;
}

/** A class of two lists of lines. */
function net(init: readonly string[], forward: readonly string[], name = 'Net'): string {
  const body = (lines: readonly string[]) => lines.map((line) => `        ${line}\n`).join('');
  return `class ${name}(nn.Module):\n    def __init__(self):\n        super().__init__()\n${body(init)}\n    def forward(self, x):\n${body(forward)}`;
}

const base = net(
  ['self.conv = nn.Conv2d(3, 8, 3, padding=1)', 'self.skip = nn.Conv2d(3, 8, 1)', 'self.fc = nn.Linear(8 * 64, 10)'],
  ['x = F.relu(self.conv(x) + self.skip(x))', 'x = F.max_pool2d(x, 4)', 'return self.fc(torch.flatten(x, 1))'],
);

const same: Readonly<Record<string, string>> = {
  'other names': base.replaceAll('conv', 'first').replaceAll('fc', 'head').replace('class Net', 'class Net7'),
  'modules for functions': net(
    [
      'self.conv = nn.Conv2d(3, 8, (3, 3), stride=1, padding=(1, 1))',
      'self.skip = nn.Conv2d(3, 8, 1)',
      'self.act = nn.ReLU(inplace=True)',
      'self.pool = nn.MaxPool2d(4, stride=4)',
      'self.fc = nn.Sequential(nn.Flatten(), nn.Linear(8 * 64, 10))',
    ],
    ['return self.fc(self.pool(self.act(self.conv(x) + self.skip(x))))'],
  ),
  'the order of a sum': base.replace('self.conv(x) + self.skip(x)', 'self.skip(x) + self.conv(x)'),
  'the order of registration': net(
    ['self.fc = nn.Linear(8 * 64, 10)', 'self.skip = nn.Conv2d(3, 8, 1)', 'self.conv = nn.Conv2d(3, 8, 3, padding=1)'],
    ['a = self.conv(x)', 'a += self.skip(x)', 'a = F.max_pool2d(a.relu(), 4)', 'return self.fc(a.view(-1, 8 * 64))'],
  ),
  'a registered layer that is not used': base.replace(
    'self.fc =',
    'self.extra = nn.Linear(500, 500)\n        self.fc =',
  ),
  'an operation whose result is not used': base.replace(
    '        x = F.max',
    '        y = torch.sigmoid(x)\n        x = F.max',
  ),
  'Identity, Dropout(0) and reshapes that come to nothing': net(
    [
      'self.conv = nn.Conv2d(3, 8, 3, padding=1)',
      'self.skip = nn.Conv2d(3, 8, 1)',
      'self.drop = nn.Sequential(nn.Identity(), nn.Dropout(0.0))',
      'self.fc = nn.Linear(8 * 64, 10)',
    ],
    [
      'x = F.relu(self.drop(self.conv(x)) + self.skip(x))',
      'x = F.max_pool2d(x.unsqueeze(2).squeeze(2), 4)',
      'return self.drop(self.fc(x.flatten(2).flatten(1)))',
    ],
  ),
};

const other: Readonly<Record<string, string>> = {
  'another width': base.replaceAll('8', '16').replace('16 * 64', '16 * 64'),
  'another activation': base.replace('F.relu', 'F.elu'),
  'a shared layer': base.replace('self.conv(x) + self.skip(x)', 'self.conv(x) + self.conv(x)'),
  'no bias': base.replace('padding=1)', 'padding=1, bias=False)'),
  'another initialiser': base.replace('self.fc =', 'nn.init.kaiming_normal_(self.conv.weight)\n        self.fc ='),
  'a difference for a sum': base.replace('self.conv(x) + self', 'self.conv(x) - self'),
  dropout: base
    .replace('return self.fc(', 'return F.dropout(self.fc(')
    .replace('flatten(x, 1))', 'flatten(x, 1)), 0.1)'),
};

describe('the hash of a network', () => {
  test.each(Object.entries(same))('does not change with %s', (_name, text) => {
    expect(text).not.toBe(base);
    expect(hashOf(text)).toBe(hashOf(base));
  });

  test.each(Object.entries(other))('changes with %s', (_name, text) => {
    expect(text).not.toBe(base);
    expect(hashOf(text)).not.toBe(hashOf(base));
  });

  test('tells one layer run twice from two layers', () => {
    const shared = net(['self.a = nn.Linear(3072, 10)'], ['x = x.flatten(1)', 'return self.a(x) * self.a(x)']);
    const twice = net(
      ['self.a = nn.Linear(3072, 10)', 'self.b = nn.Linear(3072, 10)'],
      ['x = x.flatten(1)', 'return self.a(x) * self.b(x)'],
    );
    expect(hashOf(shared)).not.toBe(hashOf(twice));
  });

  test('differs between all programs of the corpus', () => {
    const hashes = judgedPrograms().flatMap(({ text, verdict }) => (verdict.trainable ? [hashOf(text)] : []));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

test('sha256 agrees with OpenSSL on any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      expect(sha256(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
    }),
  );
});
