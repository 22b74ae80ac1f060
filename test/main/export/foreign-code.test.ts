/** Whatever a program carries besides its network, net.py holds the network and nothing else. */
import { beforeAll, describe, expect, test } from 'vitest';
import { initialWeights } from '../../../core/network/initialise.ts';
import type { Interpretation, Interpreter } from '../../../core/search/ports.ts';
import { readSafetensors } from '../../../core/tensors/safetensors.ts';
import { type FileContents, networkFiles } from '../../../main/export/network-files.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { foreignParts } from './clean-python.ts';
import { allForeignPrograms, mark, program } from './foreign-programs.ts';

const programs = allForeignPrograms();

/** Why a program may be refused: it reaches for what is not its own, or for what is not read. */
const reasons = ['unsupported', 'attribute', 'import', 'name'];
let networks = 0;

let interpret: Interpreter;
beforeAll(async () => {
  interpret = await loadInterpreter();
});

/** With weights of zero: random ones hold any sequence of bytes. */
function exported(interpretation: Interpretation, original: string): Promise<FileContents> {
  const weights = initialWeights(interpretation.network, 1);
  for (const { data } of weights.values()) data.fill(0 as never);
  return networkFiles({ interpretation, weights, original }, interpret);
}

function textOf(content: Uint8Array | string | undefined): string {
  return typeof content === 'string' ? content : new TextDecoder('latin1').decode(content);
}

describe.each(programs)('$name', ({ name, text }) => {
  test('is refused for what it reaches for, or leaves a net.py without a foreign word', async () => {
    const result = interpret(text);
    if (!result.ok) {
      expect(reasons, `${name}: ${result.reason.message}`).toContain(result.reason.kind);
      return;
    }
    networks++;
    const files = await exported(result.value, text);
    const netPy = textOf(files['net.py']);
    expect(foreignParts(netPy)).toEqual([]);
    const again = interpret(netPy);
    expect(again.ok && again.value.hash).toBe(result.value.hash);
    // The weights are those of net.py's own names, and no name of the text is in any file but original.txt.
    const { parameters, buffers } = (again.ok && again.value.network) || { parameters: [], buffers: [] };
    const weights = files['weights.safetensors'];
    const names = weights instanceof Uint8Array ? [...readSafetensors(weights).keys()] : [];
    expect(names.sort()).toEqual([...parameters, ...buffers].map((each) => each.name).sort());
    for (const file of ['net.py', 'weights.safetensors', 'model.onnx']) {
      expect(textOf(files[file]), file).not.toMatch(new RegExp(`${mark}|__class__x|bias_train|\\u001b\\[`));
    }
    const original = textOf(files['original.txt']);
    expect(original).not.toMatch(/[^\n\t\x20-\x7e\uff00-\uffff]/);
    expect(
      original
        .split('\n')
        .slice(5, -1)
        .filter((line) => !line.startsWith('|')),
    ).toEqual([]);
  });
});

test('the check of net.py finds what does not belong there', async () => {
  const result = interpret(program({}));
  if (!result.ok) throw new Error(result.reason.message);
  const clean = textOf((await exported(result.value, ''))['net.py']);
  expect(foreignParts(clean)).toEqual([]);
  const insertions: [string, string][] = [
    ['import torch\n', 'import torch\nimport os\n'],
    ['        return', '        print(x)\n        return'],
    ['        return', '        # a comment\n        return'],
    ['        return', '        if self.training: x = x\n        return'],
    ['        return', '        x = "text"\n        return'],
    ['        return', "        x = 'text'\n        return"],
    ['        super().__init__()', '        super().__init__()\n        self.train = 1'],
    ['    def forward', '    def eval(self):\n        return self\n\n    def forward'],
    ['def forward(self, x):', 'def forward(self, x, y=1):'],
    ['    net = Net()\n    net.load', '    x()\n    net = Net()\n    net.load'],
    ['return self', 'return self.fc1(x) # \u00e9 self'],
    ['return self', 'return self\r '],
  ];
  for (const [from, to] of insertions) {
    expect(clean).toContain(from);
    expect(foreignParts(clean.replace(from, to)), to).not.toEqual([]);
  }
});

test('a carriage return, a direction and a sequence of the terminal stand in original.txt as escapes', async () => {
  const text = program({ init: '# a\rb \u001b[2J \u009b1m \u202e\u2066 \u200b \ufeff \u2028 end' });
  const result = interpret(text);
  if (!result.ok) throw new Error(result.reason.message);
  const original = textOf((await exported(result.value, result.value.source))['original.txt']);
  expect(original).toContain('|         # a\\x0db \\x1b[2J \\x9b1m \\u202e\\u2066 \\u200b \\ufeff \\u2028 end\n');
  expect(original.startsWith('Untrusted: ')).toBe(true);
});

test('more than ninety of them were read as networks', () => {
  expect(networks).toBeGreaterThan(90);
  expect(new Set(programs.map(({ name }) => name)).size).toBe(programs.length);
});
