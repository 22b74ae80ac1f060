/** Every graph that autodiff builds, read and fully checked by the onnx package. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { buildEvaluationGraph } from '../../../core/autodiff/evaluation-graph.ts';
import { buildExportModel } from '../../../core/autodiff/export-model.ts';
import { buildGradientGraph } from '../../../core/autodiff/gradient-graph.ts';
import { buildTrainingGraph } from '../../../core/autodiff/training-graph.ts';
import * as golden from '../autodiff/golden-cases.ts';

interface Found {
  readonly irVersion: number;
  readonly opset: Readonly<Record<string, number>>;
  readonly operators: readonly string[];
  readonly domains: readonly string[];
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly outputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly initializers: Readonly<Record<string, { shape: readonly number[]; first: readonly number[] }>>;
}

const python = process.env.LLMATIC_PYTHON ?? '.oracle/bin/python';
const script = fileURLToPath(new URL('../../golden/autodiff/check_models.py', import.meta.url));
const batch = golden.BATCH;

test('every graph is standard ONNX that passes the full check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'llmatic-'));
  try {
    const cases = golden.gradientCases();
    for (const [i, example] of cases.entries()) {
      const { network } = example;
      const options = { batch, momentum: 0.9, weightDecay: 1e-4, labelSmoothing: 0.1 };
      const weights = new Map<string, Float32Array>();
      for (const [name, values] of golden.initialState(example)) {
        if (values instanceof Float32Array) weights.set(name, values);
      }
      writeFileSync(join(folder, `${i}-training.onnx`), buildTrainingGraph(network, options).bytes);
      writeFileSync(join(folder, `${i}-gradient.onnx`), buildGradientGraph(network, { batch }).bytes);
      writeFileSync(join(folder, `${i}-evaluation.onnx`), buildEvaluationGraph(network, { batch }).bytes);
      writeFileSync(join(folder, `${i}-export.onnx`), buildExportModel(network, weights));
    }
    const output = execFileSync(python, [script, folder], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    const found = JSON.parse(output) as Record<string, Found>;
    expect(Object.keys(found)).toHaveLength(4 * cases.length);
    for (const [i, example] of cases.entries()) {
      for (const kind of ['training', 'gradient', 'evaluation', 'export']) {
        const model = found[`${i}-${kind}`]!;
        expect(model.opset, example.name).toEqual({ '': 20 });
        expect(
          model.domains.every((domain) => domain === ''),
          `${example.name} ${kind}`,
        ).toBe(true);
      }
      const training = buildTrainingGraph(example.network, {
        batch,
        momentum: 0.9,
        weightDecay: 1e-4,
        labelSmoothing: 0.1,
      });
      const declared = found[`${i}-training`]!;
      expect(declared.inputs).toEqual(Object.fromEntries(training.inputs.map(({ name, shape }) => [name, shape])));
      expect(declared.outputs).toEqual(Object.fromEntries(training.outputs.map(({ name, shape }) => [name, shape])));
      const exported = found[`${i}-export`]!;
      expect(exported.inputs).toEqual({ input: ['N', ...example.network.input] });
      expect(Object.keys(exported.outputs)).toEqual(['logits']);
      for (const [name, values] of golden.initialState(example)) {
        const initializer = exported.initializers[name];
        if (initializer === undefined || !(values instanceof Float32Array)) continue;
        expect(initializer.first).toEqual([...values.subarray(0, 3)]);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 600_000);
