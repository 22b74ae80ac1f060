// Estimates on this machine: their form, and that they come before a long search and not before a short one.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { estimateSchema } from '../../core/search/estimate.ts';
import { outcomeOf, runCli, startCli } from './doors/run-cli.ts';

const home = mkdtempSync(join(tmpdir(), 'llmatic-estimate-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('search --estimate measures, tells a range as JSON, and begins nothing', async () => {
  const { exitCode, stdout } = await runCli(['search', '--preset', 'paper', '--estimate', '--json'], { cwd: home });
  expect(exitCode).toBe(0);
  const { preset, ...told } = JSON.parse(stdout);
  const { networks, seconds, measured } = estimateSchema.parse(told);
  expect([preset, networks]).toEqual(['paper', 2001]);
  // On no machine in hours, and on none in centuries.
  expect(seconds.low).toBeGreaterThan(3600);
  expect(seconds.high).toBeLessThan(3e9);
  expect(seconds.high).toBeGreaterThan(2 * seconds.low);
  expect(measured!.training.high).toBeGreaterThan(measured!.training.low);
  expect(readdirSync(home)).toEqual([]);
  const refused = await runCli(['search', '--estimate', '--resume', 'x'], { cwd: home });
  expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('--estimate is about a new search')]);
});

it('a search of days says so before it starts', async () => {
  const child = startCli(['search', '--preset', 'paper', '--out', join(home, 'run')]);
  let before: boolean | null = null;
  child.stderr.on('data', (chunk) => {
    if (!String(chunk).includes('This search takes about')) return;
    before = !existsSync(join(home, 'run'));
    child.kill('SIGINT');
  });
  const { stderr, exitCode } = await outcomeOf(child);
  expect(stderr).toMatch(/This search takes about .* \(2,001 networks of 125,000 training steps each\)\./);
  expect(stderr).toMatch(/Smaller: fewer generations/);
  expect([before, exitCode]).toEqual([true, 130]);
});
