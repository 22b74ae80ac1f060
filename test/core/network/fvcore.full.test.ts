import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fvcoreSchema, readFvcore } from './fvcore.ts';

const python = process.env.LLMATIC_PYTHON ?? fileURLToPath(new URL('../../../.oracle/bin/python', import.meta.url));

test('the stored counts are those that fvcore gives now', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fvcore-'));
  try {
    const script = fileURLToPath(new URL('../../golden/network/make_fvcore.py', import.meta.url));
    const output = join(folder, 'fvcore.json');
    execFileSync(python, [script, output], { stdio: 'pipe' });
    expect(fvcoreSchema.parse(JSON.parse(readFileSync(output, 'utf8')))).toEqual(readFvcore());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
