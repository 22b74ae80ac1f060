import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { corpusVerdictsSchema, readCorpusVerdicts } from './corpus.ts';

const python = process.env.LLMATIC_PYTHON ?? fileURLToPath(new URL('../../../.oracle/bin/python', import.meta.url));

test("the corpus's stored verdicts are those that PyTorch gives now", { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'corpus-'));
  try {
    const file = join(folder, 'corpus.json');
    const script = fileURLToPath(new URL('../../golden/network/make_corpus.py', import.meta.url));
    execFileSync(python, [script, file], { stdio: 'pipe' });
    const fresh = corpusVerdictsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    expect(fresh.programs).toEqual(readCorpusVerdicts().programs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
