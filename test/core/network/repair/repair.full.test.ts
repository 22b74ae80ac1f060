/** PyTorch refuses what is repaired as it was written, and trains it once it is repaired. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { loadInterpreter } from '../../../../main/interpreter.ts';
import { judgedPrograms } from '../programs.ts';
import { readSlips } from './slips.ts';

const python = process.env.LLMATIC_PYTHON ?? fileURLToPath(new URL('../../../../.oracle/bin/python', import.meta.url));
const script = fileURLToPath(new URL('../../../golden/network/judge.py', import.meta.url));
const verdictsSchema = z.array(z.object({ trainable: z.boolean(), params: z.number().optional() }));

function judge(sources: readonly string[]): z.infer<typeof verdictsSchema> {
  const options = { input: JSON.stringify(sources), maxBuffer: 2 ** 28, encoding: 'utf8' } as const;
  return verdictsSchema.parse(JSON.parse(execFileSync(python, [script], options)));
}

test('PyTorch agrees with every repair', { timeout: 300_000 }, async () => {
  const interpret = await loadInterpreter();
  // Besides the slips, networks that break off in their last lines.
  const cutOff = judgedPrograms()
    .filter(({ verdict }) => verdict.trainable)
    .flatMap(({ text }) => {
      const whole = text.trimEnd();
      const last = whole.length - whole.lastIndexOf('\n');
      return [1, Math.floor(last / 3), Math.floor(last / 2), last].map((length) => whole.slice(0, -length));
    });
  const repaired = [...readSlips().map(({ text }) => text), ...cutOff].flatMap((text) => {
    const result = interpret(text, { repair: true });
    return result.ok || result.repaired === undefined ? [] : [{ text, ...result.repaired }];
  });
  expect(repaired.length).toBeGreaterThan(50);
  const before = judge(repaired.map(({ text }) => text));
  const after = judge(repaired.map(({ value }) => value.source));
  expect(before.map(({ trainable }) => trainable)).toEqual(repaired.map(() => false));
  expect(after.map(({ params }) => params)).toEqual(repaired.map(({ value }) => value.measures.params));
});
