/** Networks whose training graphs would be too large, and such that are large and are not refused: before anything is built. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildTrainingGraph } from '../../../core/autodiff/training-graph.ts';
import { graphSizeOfNodes } from '../../../core/network/graph-size.ts';
import { shapeOfValue } from '../../../core/network/ir.ts';
import { networkIn } from '../../../core/network/modes.ts';
import { defaultBudget } from '../../../core/python/budget.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { sizeOfModel } from '../onnx/model-size.ts';
import { classes, image, layerPrograms } from './layer-programs.ts';

interface BoundsProgram {
  readonly name: string;
  readonly verdict: string;
  readonly text: string;
}

function programs(): BoundsProgram[] {
  const whole = readFileSync(new URL('../../golden/network/graph-bounds.txt', import.meta.url), 'utf8');
  const indent = (code: string) => code.trimEnd().replace(/^/gm, '        ');
  return whole
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      const [name = '', verdict = ''] = part.slice(0, end).split(' | ');
      const [init = '', forward = ''] = part.slice(end + 1).split(/^---\n/m);
      const text = `class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n${indent(init)}\n\n    def forward(self, x):\n${indent(forward)}\n`;
      return { name, verdict, text };
    });
}

const interpret = await loadInterpreter();
const interpretSmall = await loadInterpreter({ input: image, classes });

/** Operations of the loss and its gradient. */
const frame = 30;

const plain = { batch: 4, labelSmoothing: 0, momentum: 0.9, weightDecay: 5e-4, nesterov: false };

describe('a network', () => {
  test.each(programs())('with $name: $verdict', ({ text, verdict }) => {
    const result = interpret(text);
    expect(result.ok ? 'ok' : result.reason.kind).toBe(verdict);
    if (!result.ok) return;
    // What is accepted is built.
    const graph = buildTrainingGraph(result.value.network, plain);
    expect(sizeOfModel(graph.bytes).nodes).toBeLessThan(defaultBudget.trainingOperations);
  });
});

describe('what is counted is no less than what is built, and not much more', () => {
  const read = layerPrograms().flatMap(({ name, text }) => {
    const result = interpretSmall(text);
    return result.ok ? [{ name, network: result.value.network }] : [];
  });

  test.each(read)('$name', ({ network }) => {
    const { nodes: kept } = networkIn(network, 'training');
    const { operations, constantBytes } = graphSizeOfNodes(kept, shapeOfValue(network, 0));
    const { nodes, constantBytes: built } = sizeOfModel(buildTrainingGraph(network, plain).bytes);
    expect(nodes).toBeLessThanOrEqual(operations + frame);
    expect(operations).toBeLessThan(6 * nodes + frame);
    // Scalars, axes and sizes are there too, a few for each operation.
    expect(built).toBeLessThanOrEqual(constantBytes + 100 * nodes);
  });
});

test('the programs are of both kinds', () => {
  const verdicts = programs().map(({ verdict }) => verdict);
  expect(verdicts.filter((verdict) => verdict === 'budget').length).toBeGreaterThan(20);
  expect(verdicts.filter((verdict) => verdict === 'ok').length).toBeGreaterThan(8);
});
