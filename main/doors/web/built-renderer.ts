/** Where the built renderer lies. In a checkout it is built first where its sources are newer, so nobody sees an old page. */
import { execFile } from 'node:child_process';
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fail, failureOf } from '../../../core/failure.ts';
import { packageFolder } from '../../package-folder.ts';
import { lastWritten } from '../last-written.ts';

const byHand = 'Run `npm run build:renderer`, then call this again.';

/** @throws FailureError `file` where the page is missing and cannot be built here, `build` where its build fails */
export async function builtRenderer(options: {
  readonly signal: AbortSignal;
  say(line: string): void;
  /** The package by default. */
  readonly root?: string;
}): Promise<string> {
  const { signal, say, root = packageFolder() } = options;
  const folder = join(root, 'dist', 'renderer');
  const page = join(folder, 'index.html');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  // What is shipped holds the built page and no sources.
  const sources = ['renderer', 'core', 'vite.config.ts', 'package-lock.json'].map((name) => join(root, name));
  const canBuild = existsSync(join(root, 'renderer', 'index.html')) && existsSync(vite);
  const isBuilt = existsSync(page);
  if (!canBuild) return isBuilt ? folder : fail('file', `The page is not built: ${page} is missing. ${byHand}`);
  if (isBuilt && statSync(page).mtimeMs >= lastWritten(sources)) return folder;
  say('Building the page ...');
  // Built aside, so that another process that serves or builds never sees half a page.
  const aside = `${folder}-${process.pid}`;
  const words = [vite, 'build', '--logLevel', 'error', '--outDir', aside, '--emptyOutDir'];
  try {
    // Whatever this process runs as: the page is React's production build.
    const env = { ...process.env, NODE_ENV: 'production' };
    await promisify(execFile)(process.execPath, words, { cwd: root, signal, env });
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    signal.throwIfAborted();
    return fail('build', `The page could not be built: ${failureOf(error).message.trim()}\n${byHand}`);
  }
  try {
    rmSync(folder, { recursive: true, force: true });
    renameSync(aside, folder);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    // Another process that built it at the same time was quicker.
    if (!existsSync(page)) throw error;
  }
  return folder;
}
