/**
 * The app as it would be installed: compiled, packaged by electron-builder around a stand-in for Electron's binary
 * distribution, then laid out as Electron sees it (the archive and what lies unpacked beside it as one folder), where
 * plain Node can run it.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import * as z from 'zod';

const root = join(import.meta.dirname, '..', '..');
const manifestSchema = z.object({ devDependencies: z.object({ electron: z.string() }) });

/** Stands before the bytes of Electron's fuses in its executable. */
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseCount = 8;

/** A folder with what electron-builder looks for in Electron's distribution; its executable does nothing. */
function standInDistribution(folder: string): void {
  const { electron } = manifestSchema.parse(
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')),
  ).devDependencies;
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'));
  const executable = join(folder, 'electron');
  writeFileSync(
    executable,
    `#!/bin/sh\nexit 0\n#${fuseSentinel}\u0001${String.fromCharCode(fuseCount)}${'0'.repeat(fuseCount)}\n`,
  );
  chmodSync(executable, 0o755);
  writeFileSync(join(folder, 'version'), electron);
  writeFileSync(join(folder, 'LICENSE'), 'stand-in');
  writeFileSync(join(folder, 'LICENSES.chromium.html'), 'stand-in');
  writeFileSync(join(folder, 'locales', 'en-US.pak'), '');
}

function run(script: string, words: readonly string[]): void {
  const done = spawnSync(process.execPath, [join(root, 'node_modules', script), ...words], {
    cwd: root,
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`${script} ended with ${done.status}:\n${done.stdout}${done.stderr}`);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .sort();
}

export interface PackagedApp {
  /** The app's own folder, as Electron sees it. */
  readonly folder: string;
  /** All its files, with slashes. */
  readonly files: readonly string[];
  /** Those that lie beside the archive. */
  readonly unpacked: readonly string[];
  readonly bytes: { readonly archive: number; readonly unpacked: number };
  /** Names of the fuses' states, in Electron's order. */
  readonly fuses: readonly string[];
}

/** Compiles the app into the checkout's dist/. */
export function compileApp(): void {
  run('electron-vite/bin/electron-vite.js', ['build', '--logLevel', 'warn']);
}

/** Packages what is compiled below `home`, and lays it out there. */
export function packageApp(home: string): PackagedApp {
  const distribution = join(home, 'electron');
  const output = join(home, 'out');
  standInDistribution(distribution);
  run('electron-builder/cli.js', [
    '--linux',
    `--${process.arch}`,
    '--dir',
    `-c.electronDist=${distribution}`,
    `-c.directories.output=${output}`,
  ]);

  const installed = join(output, readdirSync(output).find((name) => name.endsWith('-unpacked')) ?? '');
  const archive = join(installed, 'resources', 'app.asar');
  const beside = `${archive}.unpacked`;
  const folder = join(home, 'app');
  run('@electron/asar/bin/asar.js', ['extract', archive, folder]);
  const unpacked = filesIn(beside);
  const executable = readFileSync(join(installed, 'llmatic'), 'latin1');
  const wire = executable.indexOf(fuseSentinel) + fuseSentinel.length + 2;
  return {
    folder,
    files: filesIn(folder),
    unpacked,
    bytes: {
      archive: statSync(archive).size,
      unpacked: unpacked.reduce((sum, file) => sum + statSync(join(beside, file)).size, 0),
    },
    fuses: [...executable.slice(wire, wire + fuseCount)].map((state) => (state === '1' ? 'on' : 'off')),
  };
}
