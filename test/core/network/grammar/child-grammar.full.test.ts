/** PyTorch trains every sampled sentence of the grammars of children, and counts the parameters that we count. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { loadInterpreter } from '../../../../main/interpreter.ts';
import { sampledChildren } from './children.ts';

const python = process.env.LLMATIC_PYTHON ?? fileURLToPath(new URL('../../../../.oracle/bin/python', import.meta.url));
const script = fileURLToPath(new URL('../../../golden/network/judge.py', import.meta.url));
const verdictsSchema = z.array(z.object({ trainable: z.boolean(), params: z.number().optional() }));

test('PyTorch agrees with every sentence', { timeout: 600_000 }, async () => {
  const interpret = await loadInterpreter();
  const children = await sampledChildren(interpret, 7, 20);
  const read = children.flatMap(({ text }) => {
    const result = interpret(text);
    return result.ok ? [result.value] : [];
  });
  expect(read.length).toBe(7 * 13);
  const input = JSON.stringify(read.map(({ source }) => source));
  const output = execFileSync(python, [script], { input, maxBuffer: 2 ** 28, encoding: 'utf8' });
  const verdicts = verdictsSchema.parse(JSON.parse(output));
  expect(verdicts).toMatchObject(read.map(({ measures }) => ({ trainable: true, params: measures.params })));
});
