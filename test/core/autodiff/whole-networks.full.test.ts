/** Gradients of whole networks at batch 32 against live PyTorch in float64: rounding adds up over layers. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { buildGradientGraph } from '../../../core/autodiff/gradient-graph.ts';
import * as golden from './golden-cases.ts';
import { openSession, runGraph } from './session.ts';

const BATCH = 32;
const python = process.env.LLMATIC_PYTHON ?? '.oracle/bin/python';
const script = fileURLToPath(new URL('../../golden/autodiff/whole.py', import.meta.url));

test('gradients of whole networks stay within twice the error of PyTorch float32', async () => {
  const output = execFileSync(python, [script], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  for (const example of JSON.parse(output) as golden.GradientCase[]) {
    const state = golden.initialState(example);
    const graph = buildGradientGraph(example.network, { batch: BATCH });
    const session = await openSession(graph.bytes);
    const results = await runGraph(session, graph, (input) => {
      if (input.role === 'images') return golden.images(example, 0, BATCH);
      if (input.role === 'labels') return golden.labels(example, 0, BATCH);
      return 'state' in input ? state.get(input.state)! : new Float32Array(0);
    });
    await session.release();
    const errors: Record<string, string> = {};
    let worst = 0;
    for (const [name, exact] of Object.entries(example.gradients)) {
      if (exact === null) continue;
      const error = golden.relativeError(results.get(`gradient:${name}`) as Float32Array, golden.decode(exact.value));
      worst = Math.max(worst, error / golden.allowance(exact.error));
      errors[name] = `${error.toExponential(1)} (PyTorch ${exact.error.toExponential(1)})`;
    }
    expect(worst, `${example.name}: ${JSON.stringify(errors)}`).toBeLessThanOrEqual(1);
  }
}, 600_000);
