import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readVerdicts, verdictsSchema } from './programs.ts';

const python = process.env.LLMATIC_PYTHON ?? fileURLToPath(new URL('../../../.oracle/bin/python', import.meta.url));

test('the stored verdicts are those that PyTorch gives now', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'verdicts-'));
  try {
    const script = fileURLToPath(new URL('../../golden/network/make.py', import.meta.url));
    execFileSync(python, [script, join(folder, 'verdicts.json')], { stdio: 'pipe' });
    const fresh = verdictsSchema.parse(JSON.parse(readFileSync(join(folder, 'verdicts.json'), 'utf8')));
    const stored = readVerdicts();
    const plain = (verdicts: typeof fresh) =>
      Object.entries(verdicts.programs).map(([name, verdict]) =>
        verdict.trainable
          ? { name, ...verdict, parameters: verdict.parameters.map(([key, shape]) => [key, shape]) }
          : { name, trainable: false, error: verdict.error },
      );
    expect(plain(fresh)).toEqual(plain(stored));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
