/** Sources written from graphs, run by PyTorch itself: the same state_dict and the same logits as the graph has here. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { buildEvaluationGraph } from '../../../core/autodiff/evaluation-graph.ts';
import type { GraphInput } from '../../../core/autodiff/graph.ts';
import type { Network } from '../../../core/network/ir.ts';
import { cleanSource } from '../../../core/network/source/clean-source.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { decode, relativeError } from '../autodiff/golden-cases.ts';
import { openSession, runGraph } from '../autodiff/session.ts';
import { batch, classes, image, images, layerPrograms, weightOf } from './layer-programs.ts';

const python = process.env.LLMATIC_PYTHON ?? fileURLToPath(new URL('../../../.oracle/bin/python', import.meta.url));
const script = fileURLToPath(new URL('../../golden/network/run_sources.py', import.meta.url));

const resultsSchema = z.record(
  z.string(),
  z.union([
    z.object({ state: z.array(z.tuple([z.string(), z.array(z.number())])), logits: z.string() }),
    z.object({ error: z.string() }),
  ]),
);

const interpret = await loadInterpreter({ input: image, classes });

function read(text: string) {
  const result = interpret(text);
  if (!result.ok) throw new Error(result.reason.message);
  return result.value;
}

const sources = await Promise.all(
  layerPrograms().map(async ({ name, text }) => ({ name, source: await cleanSource(read(text), interpret) })),
);

const folder = mkdtempSync(join(tmpdir(), 'sources-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What PyTorch makes of them, all in one process. */
function runByPyTorch(): z.infer<typeof resultsSchema> {
  const [input, output] = [join(folder, 'sources.json'), join(folder, 'results.json')];
  writeFileSync(input, JSON.stringify(Object.fromEntries(sources.map(({ name, source }) => [name, source]))));
  execFileSync(python, ['-W', 'ignore', script, input, output], { stdio: ['ignore', 'pipe', 'inherit'] });
  return resultsSchema.parse(JSON.parse(readFileSync(output, 'utf8')));
}

const results = runByPyTorch();

/** Weights by their names; buffers without their signs, since a variance may have any name here. */
function feed(network: Network) {
  const buffers = new Set(network.buffers.map(({ name }) => name));
  return (input: GraphInput): Float32Array | BigInt64Array => {
    if (input.role === 'images') return images();
    if (!('state' in input)) throw new Error(`Unexpected input ${input.name}.`);
    if (input.type === 'int64') return new BigInt64Array(1);
    const values = weightOf(input.state, input.shape);
    return buffers.has(input.state) ? values.map(Math.abs) : values;
  };
}

test('at least forty sources are run', () => {
  expect(Object.keys(results).length).toBeGreaterThanOrEqual(40);
  expect(Object.keys(results)).toEqual(sources.map(({ name }) => name));
});

describe.each(sources)('the source of $name', ({ name, source }) => {
  const { network } = read(source);
  const made = () => {
    const result = results[name]!;
    if ('error' in result) throw new Error(`PyTorch refuses it: ${result.error}\n${source}`);
    return result;
  };

  test('has the state_dict of its graph', () => {
    const state = [...network.parameters, ...network.buffers].map(({ name: key, shape }) => [key, [...shape]] as const);
    expect(new Map(made().state)).toEqual(new Map(state));
  });

  test('computes what its graph does', async () => {
    const graph = buildEvaluationGraph(network, { batch });
    const session = await openSession(graph.bytes);
    const logits = (await runGraph(session, graph, feed(network))).get('logits') as Float32Array;
    await session.release();
    expect(relativeError(logits, decode(made().logits))).toBeLessThanOrEqual(1e-5);
  });
});
