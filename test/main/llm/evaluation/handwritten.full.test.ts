/** PyTorch trains every parent written by hand, and counts the parameters that we count. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadInterpreter } from '../../../../main/interpreter.ts';
import { handwrittenParents } from './handwritten.ts';

const python = process.env.LLMATIC_PYTHON ?? fileURLToPath(new URL('../../../../.oracle/bin/python', import.meta.url));
const script = fileURLToPath(new URL('../../../golden/network/judge.py', import.meta.url));

test('PyTorch agrees with every parent', { timeout: 600_000 }, async () => {
  const interpret = await loadInterpreter();
  const parents = await handwrittenParents();
  const ours = parents.map(({ id, source }) => {
    const read = interpret(source);
    if (!read.ok) throw new Error(`${id}: ${read.reason.message}`);
    return { id, trainable: true, params: read.value.measures.params };
  });
  const input = JSON.stringify(parents.map(({ source }) => source));
  const output = execFileSync(python, [script], { input, maxBuffer: 2 ** 28, encoding: 'utf8' });
  const theirs = JSON.parse(output) as { trainable: boolean; params?: number }[];
  expect(theirs.map((verdict, index) => ({ id: parents[index]?.id, ...verdict }))).toEqual(ours);
});
