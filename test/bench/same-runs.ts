/**
 * Whether another version of the code makes the same runs on this machine: runs each search with both, reads both run
 * folders with this version, and prints one JSON document that says what differs: elites of both archives, candidates,
 * weights; everything but the seconds. Floating-point kernels differ between machines, so both run here.
 * Usage: node test/bench/same-runs.ts OTHER_CHECKOUT [--only NAME]... [--keep FOLDER]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { runContent } from '../e2e/run-content.ts';

const here = join(import.meta.dirname, '..', '..');

const short = ['generations=3', 'offspring=6', 'recipe.epochs=1', 'recipe.trainImages=1000', 'validationImages=500'];
const settings = (...changes: string[]) => changes.flatMap((change) => ['--set', change]);

/** Each search by its name: the options that make it. */
const searches: Readonly<Record<string, readonly string[]>> = {
  'demo, seed 1': ['--preset', 'demo', '--seed', '1'],
  'demo, seed 2': ['--preset', 'demo', '--seed', '2'],
  'reference-code, shortened': [
    '--preset',
    'reference-code',
    '--seed',
    '1',
    ...settings(...short, 'fitness.split=validation', 'budget.flops=6e6'),
  ],
  'grid of three axes, shortened': [
    ...['--preset', 'demo', '--seed', '3'],
    ...settings(
      ...short,
      'networkArchive.axes=["flops","depth","width"]',
      'networkArchive.kind=grid',
      'promptArchive.kind=categorical',
    ),
  ],
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', multiple: true }, keep: { type: 'string' } },
});
const [other] = positionals;
if (other === undefined || !existsSync(join(other, 'main', 'doors', 'cli.ts'))) {
  throw new Error('Give the folder of another checkout, with its node_modules.');
}

const kept = values.keep === undefined ? null : resolve(values.keep);
const folder = kept ?? mkdtempSync(join(tmpdir(), 'llmatic-same-'));

/** A run folder that one checkout made; one that is there already goes on, so that the whole can be stopped. */
function made(checkout: string, side: string, name: string): string {
  const out = join(folder, `${name.replaceAll(/\W+/g, '-')}-${side}`);
  const words = existsSync(out) ? ['--resume', out] : [...(searches[name] ?? []), '--out', out];
  const cli = join(checkout, 'main', 'doors', 'cli.ts');
  const run = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', cli, 'search', ...words], {
    cwd: checkout,
    encoding: 'utf8',
    env: { ...process.env, LLMATIC_HOME: join(folder, `home-${side}`) },
  });
  if (run.status !== 0)
    throw new Error(`${name} by ${checkout} ended with ${run.status}:\n${run.stdout}\n${run.stderr}`);
  return out;
}

try {
  const rows = (values.only ?? Object.keys(searches)).map((name) => {
    const [before, after] = [made(resolve(other), 'other', name), made(here, 'this', name)].map(runContent);
    if (before === undefined || after === undefined) throw new Error(`${name}: a run is missing.`);
    const differ = (['network', 'prompt', 'candidates', 'weights'] as const).filter(
      (part) => !isDeepStrictEqual(before[part], after[part]),
    );
    const fitness = after.network.map(([, , value]) => value ?? 0);
    return {
      search: name,
      equal: differ.length === 0,
      differ,
      candidates: after.candidates.length,
      elites: after.network.length,
      promptElites: after.prompt.length,
      best: fitness.length === 0 ? null : Math.max(...fitness),
    };
  });
  process.stdout.write(`${JSON.stringify({ equal: rows.every(({ equal }) => equal), rows }, null, 2)}\n`);
  if (rows.some(({ equal }) => !equal)) process.exitCode = 1;
} finally {
  if (kept === null) rmSync(folder, { recursive: true, force: true });
}
