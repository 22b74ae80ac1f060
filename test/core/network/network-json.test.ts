import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FailureError } from '../../../core/failure.ts';
import { networkHash } from '../../../core/network/hash.ts';
import { measure } from '../../../core/network/measures.ts';
import { networkFromJson, networkToJson } from '../../../core/network/network-json.ts';
import { nodeSchemas } from '../../../core/network/node-schemas.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { classes, image, layerPrograms } from './layer-programs.ts';

const interpret = await loadInterpreter({ input: image, classes });

function networkOf(text: string) {
  const result = interpret(text);
  if (!result.ok) throw new Error(result.reason.message);
  return result.value.network;
}

const networks = layerPrograms().map(({ name, text }) => ({ name, network: networkOf(text) }));

test.each(networks)('$name is the same network after JSON', ({ network }) => {
  const again = networkFromJson(networkToJson(network));
  expect(again).toEqual(network);
  expect(networkHash(again)).toBe(networkHash(network));
});

test('the networks above have every operator', () => {
  const found = networks.flatMap(({ network }) => network.nodes.map(({ operator }) => operator));
  expect([...new Set(found)].sort()).toEqual(Object.keys(nodeSchemas).sort());
});

test('numbers that JSON lacks are the same after it', () => {
  const values = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, -0, 0.1];
  const { nodes, ...rest } = networkOf(
    'class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(192, 4)\n\n' +
      '    def forward(self, x):\n        return self.fc(x.flatten(1)) * torch.tensor([1., 2., 3., 4.])\n',
  );
  for (const value of values) {
    const changed = nodes.map((node) =>
      node.operator === 'constant' ? { ...node, attributes: { values: [value, 2, 3, 4] } } : node,
    );
    const again = networkFromJson(networkToJson({ ...rest, nodes: changed }));
    const constants = again.nodes.flatMap((node) => (node.operator === 'constant' ? [...node.attributes.values] : []));
    expect(constants).toEqual([value, 2, 3, 4]);
  }
});

type Place = readonly (string | number)[];

/** Every place in a document, as keys from its top. */
function placesOf(json: unknown): Place[] {
  if (json === null || typeof json !== 'object') return [];
  const parts: [string | number, unknown][] = Array.isArray(json) ? [...json.entries()] : Object.entries(json);
  return parts.flatMap(([key, part]) => [[key], ...placesOf(part).map((place) => [key, ...place])]);
}

/** The document with another value at a place. */
function changed(json: unknown, [key, ...rest]: Place, value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(json)) return json.map((part, index) => (index === key ? changed(part, rest, value) : part));
  if (json === null || typeof json !== 'object') return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, part]) => [name, name === key ? changed(part, rest, value) : part]),
  );
}

/** What damage leaves behind; `undefined` takes the part away. */
const junk = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    true,
    '',
    'relu',
    'NaN',
    [],
    {},
    [[]],
    { batch: 1 },
    -1,
    0,
    1,
    3,
    0.5,
    1e300,
    2 ** 53,
  ),
  fc.integer({ min: -10, max: 10_000 }),
  fc.array(fc.integer({ min: -2, max: 70 }), { maxLength: 6 }),
);

describe('damaged JSON', () => {
  test('is read as a network that is whole, or refused with kind network', () => {
    const texts = networks.map(({ network }) => networkToJson(network));
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(), junk, (text, at, value) => {
        const json: unknown = JSON.parse(text);
        const places = placesOf(json);
        const damaged = JSON.stringify(changed(json, places[at % places.length]!, value));
        try {
          const network = networkFromJson(damaged);
          expect(networkFromJson(networkToJson(network))).toEqual(network);
          expect(measure(network).activationBytes).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof FailureError)) throw error;
          expect(error.failure.kind).toBe('network');
          expect(error.failure.message).toMatch(/^(The|Node) .{10,}\.$/s);
          refused++;
        }
      }),
      { numRuns: 1500, seed: 1 },
    );
    expect(refused).toBeGreaterThan(500);
  });

  test('cut off or overwritten anywhere is refused with kind network', () => {
    const text = networkToJson(networks[0]!.network);
    fc.assert(
      fc.property(fc.nat(text.length - 2), fc.string({ maxLength: 5 }), (at, written) => {
        expect(() => networkFromJson(text.slice(0, at + 1) + written)).toThrow(FailureError);
      }),
      { numRuns: 300, seed: 2 },
    );
  });
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
  [
    'an attribute that is none',
    () => networkToJson(plain(8)).replace('"stride":[1,1]', '"stride":[1,0]'),
    'nodes.0.attributes.stride.1',
  ],
  ['an axis that is none', () => networkToJson(plain(8)).replace('"axes":[2,3]', '"axes":[2,4]'), 'axis 4'],
  ['too many inputs', () => networkToJson(plain(8)).replace('"inputs":[1]', '"inputs":[1,1]'), 'nodes.1.inputs'],
  ['a value that comes later', () => networkToJson(plain(8)).replace('"inputs":[0]', '"inputs":[3]'), 'later'],
  [
    'a missing parameter',
    () => networkToJson(plain(8)).replace('"name":"conv.weight"', '"name":"other"'),
    'conv.weight',
  ],
])('JSON with %s is refused, the part named', (_name, text, part) => {
  expect(() => networkFromJson(text())).toThrow(part);
});
