import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reasonKinds } from '../../../core/python/reason.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { mutatedProgram } from './mutations.ts';

const interpret = await loadInterpreter();

/** Reads a text; anything but a network or a reason of the closed set fails. */
function check(text: string): void {
  const result = interpret(text);
  if (result.ok) expect(result.value.network.nodes.length).toBeGreaterThan(0);
  else expect(reasonKinds).toContain(result.reason.kind);
}

test('any text gives a network or a reason', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), check), { numRuns: 300 });
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => check(`class Net(nn.Module):\n    ${text}`)),
    {
      numRuns: 300,
    },
  );
});

test('any change to a program gives a network or a reason', () => {
  fc.assert(fc.property(mutatedProgram, check), { numRuns: 3000 });
});

/** One stage of a plain convolutional network, with what it does to channels, size, parameters and FLOPs. */
const stage = fc.record({
  kind: fc.constantFrom('conv', 'norm', 'relu', 'max', 'average', 'dropout'),
  out: fc.integer({ min: 1, max: 24 }),
  kernel: fc.integer({ min: 1, max: 5 }),
  stride: fc.integer({ min: 1, max: 3 }),
  padding: fc.integer({ min: 0, max: 2 }),
  bias: fc.boolean(),
});

test('a random network that is printed reads back with the sizes, parameters and FLOPs of its definition', () => {
  const property = fc.property(fc.array(stage, { maxLength: 8 }), fc.boolean(), (stages, functional) => {
    let [channels, size, params, flops] = [3, 32, 0, 0];
    const lines: string[] = [];
    const operators: string[] = [];
    for (const { kind, out, kernel, stride, padding, bias } of stages) {
      if (kind === 'conv' && size + 2 * padding >= kernel) {
        size = Math.floor((size + 2 * padding - kernel) / stride) + 1;
        params += out * channels * kernel ** 2 + (bias ? out : 0);
        flops += out * channels * kernel ** 2 * size ** 2;
        lines.push(
          `nn.Conv2d(${channels}, ${out}, ${kernel}, stride=${stride}, padding=${padding}, bias=${bias ? 'True' : 'False'})`,
        );
        channels = out;
        operators.push('conv2d');
      } else if (kind === 'norm') {
        params += 2 * channels;
        lines.push(`nn.BatchNorm2d(${channels})`);
        operators.push('batchNorm');
      } else if (kind === 'relu') {
        lines.push('nn.ReLU()');
        operators.push('relu');
      } else if (kind === 'dropout') {
        lines.push('nn.Dropout(0.5)');
        operators.push('dropout');
      } else if ((kind === 'max' || kind === 'average') && size >= 2) {
        size = Math.floor((size - 2) / 2) + 1;
        lines.push(kind === 'max' ? 'nn.MaxPool2d(2)' : 'nn.AvgPool2d(2)');
        operators.push(kind === 'max' ? 'maxPool2d' : 'avgPool2d');
      }
    }
    const features = channels * size ** 2;
    params += features * 10 + 10;
    flops += features * 10;
    const forward = functional
      ? ['for layer in self.body:', '    x = layer(x)', 'return self.fc(x.view(x.size(0), -1))']
      : ['return self.fc(torch.flatten(self.body(x), 1))'];
    const text = `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
${lines.map((line) => `            ${line},\n`).join('')}        )
        self.fc = nn.Linear(${features}, 10)

    def forward(self, x):
        ${forward.join('\n        ')}
`;
    const result = interpret(text);
    if (!result.ok) throw new Error(`${result.reason.message}\n${text}`);
    const { network, measures } = result.value;
    expect(network.nodes.map((node) => node.operator)).toEqual([...operators, 'reshape', 'linear']);
    expect(network.nodes.at(-2)?.shape).toEqual([{ batch: 1 }, features]);
    expect({ params: measures.params, flops: measures.flops, depth: measures.depth }).toEqual({
      params,
      flops,
      depth: operators.length + 1,
    });
    expect(JSON.parse(JSON.stringify(network))).toEqual(network);
  });
  fc.assert(property, { numRuns: 200 });
});
