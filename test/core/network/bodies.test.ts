import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { splitPrograms } from './programs.ts';

const golden = new URL('../../golden/network/', import.meta.url);
const schema = z.object({ network: z.string(), bodies: z.record(z.string(), z.string().nullable()) });
const { network, bodies } = schema.parse(JSON.parse(readFileSync(new URL('bodies.json', golden), 'utf8')));
const written = splitPrograms(readFileSync(new URL('bodies.txt', golden), 'utf8'));
const interpret = await loadInterpreter();

/** Accepted by PyTorch and refused here for a reason that says so. */
const notRead: readonly string[] = ['split of the input +='];

test.each(written)('PyTorch and the interpreter agree on: $name', ({ name, text }) => {
  const said = bodies[name];
  if (said === undefined) throw new Error('It has no verdict: run test/golden/network/make_bodies.py.');
  const result = interpret(network + text.replace(/^(?=.)/gm, '        '));
  const reason = result.ok ? null : `${result.reason.kind}: ${result.reason.message}`;
  if (notRead.includes(name)) expect([said, reason]).toEqual([null, expect.stringMatching(/^unsupported: /)]);
  else if (said === null) expect(reason).toBeNull();
  else expect(reason).not.toBeNull();
});
