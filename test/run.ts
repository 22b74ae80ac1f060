/**
 * Runs one tier of tests and closes with the plain line `N passed, N failed`.
 * quick: Node only. full: everything real (Python oracles, ../shared/data, Chromium, Redis); a missing tool fails.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

const tier = process.argv[2];
if (tier !== 'quick' && tier !== 'full') {
  process.stderr.write('Usage: node test/run.ts quick|full [vitest options]\n');
  process.exit(2);
}

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'llmatic-test-'));
const report = join(folder, 'report.json');
const only = tier === 'full' ? ['full.test'] : [];
const run = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...only,
    ...process.argv.slice(3),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, LLMATIC_TIER: tier } },
);

const reportSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numFailedTestSuites: z.int(),
});
let exitCode = run.status ?? 1;
try {
  const counts = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
  // A file that does not load fails without a failed test of its own: count it.
  const failed = Math.max(counts.numFailedTests, exitCode !== 0 || counts.numFailedTestSuites > 0 ? 1 : 0);
  const skipped = counts.numPendingTests > 0 ? `, ${counts.numPendingTests} skipped` : '';
  process.stdout.write(`\n${counts.numPassedTests} passed, ${failed} failed${skipped}\n`);
  if (failed > 0 || counts.numPassedTests === 0) exitCode = exitCode || 1;
} catch {
  process.stdout.write('\n0 passed, 1 failed\n');
  exitCode = exitCode || 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(exitCode);
