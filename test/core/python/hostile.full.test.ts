import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { overBudget, reaching } from './hostile-programs.ts';
import { slowness } from './slowness.ts';

const child = fileURLToPath(new URL('hostile-child.ts', import.meta.url));
const costSchema = z.object({
  milliseconds: z.number(),
  bytes: z.number(),
  kind: z.string().nullable(),
  message: z.string(),
});

function cost(text: string) {
  const done = spawnSync(process.execPath, [child], { input: text, encoding: 'utf8', timeout: 30_000 });
  expect(done.stderr).toBe('');
  return costSchema.parse(JSON.parse(done.stdout));
}

const programs = [
  ...Object.entries(overBudget).map(([name, text]) => ({ name, text, kind: 'budget' })),
  ...Object.entries(reaching).map(([name, [kind, text]]) => ({ name, text, kind })),
];

/** What the product promises of any program: processor time and memory until the reason is there. */
const bounds = { milliseconds: 200, bytes: 64 * 2 ** 20 };

describe('a hostile program in a process of its own', () => {
  test.each(programs)('with $name ends with a reason within 200 ms and 64 MB', ({ text, kind }) => {
    let best = cost(text);
    expect(best).toMatchObject({ kind });
    // Other work on the machine makes processor time longer, never shorter.
    for (let again = 0; again < 4 && best.milliseconds > bounds.milliseconds; again++) best = cost(text);
    expect(best.milliseconds).toBeLessThanOrEqual(bounds.milliseconds * slowness());
    expect(best.bytes).toBeLessThanOrEqual(bounds.bytes);
  });
});
