/**
 * The demo search with the packaged app, run by plain Node in Electron's stead, from an empty folder: prints the sizes
 * of the package, the search's result and whether its run verifies, as JSON.
 *
 *     node test/bench/packaged-demo.ts [--preset NAME]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileApp, packageApp } from '../e2e/packaged-app.ts';

const { preset } = parseArgs({ options: { preset: { type: 'string', default: 'demo' } } }).values;
const home = mkdtempSync(join(tmpdir(), 'llmatic-packaged-demo-'));

function lastLine(words: readonly string[], folder: string): unknown {
  const run = spawnSync(process.execPath, [join(folder, 'dist', 'main', 'doors', 'cli.js'), ...words], {
    cwd: home,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, LLMATIC_HOME: home },
  });
  if (run.status !== 0) throw new Error(`llmatic ${words.join(' ')} ended with ${run.status}: ${run.stderr}`);
  return JSON.parse(run.stdout.trimEnd().split('\n').at(-1) ?? '');
}

try {
  compileApp();
  const { folder, files, bytes, unpacked } = packageApp(home);
  const search = lastLine(['search', '--preset', preset, '--seed', '1', '--out', 'run', '--json'], folder);
  const verify = lastLine(['runs', 'verify', 'run', '--json'], folder);
  console.log(
    JSON.stringify({ package: { files: files.length, unpacked: unpacked.length, bytes }, search, verify }, null, 2),
  );
} finally {
  rmSync(home, { recursive: true, force: true });
}
