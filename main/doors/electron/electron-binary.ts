/**
 * Electron's binary, which its package fetches at first start and not when it is installed: where it lies, and fetching
 * it so that it ends, with a sentence, on a machine that cannot reach it.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { fail, failureOf } from '../../../core/failure.ts';

/** Version of the electron package in its folder. */
export function electronVersion(electronFolder: string): string {
  const text = readFileSync(join(electronFolder, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

/** The executable, as the package's own index.js finds it; null where it has not been fetched. */
export function electronBinary(electronFolder: string, environment: NodeJS.ProcessEnv = process.env): string | null {
  const pathFile = join(electronFolder, 'path.txt');
  const path = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : null;
  const elsewhere = environment.ELECTRON_OVERRIDE_DIST_PATH;
  if (elsewhere === undefined && path === null) return null;
  const file = join(elsewhere ?? join(electronFolder, 'dist'), path ?? 'electron');
  return existsSync(file) ? file : null;
}

/** @throws FailureError of kind `screen` where a window has nowhere to open */
export function refuseWithoutScreen(platform: string, { DISPLAY, WAYLAND_DISPLAY }: NodeJS.ProcessEnv): void {
  if (platform !== 'linux' || DISPLAY || WAYLAND_DISPLAY) return;
  fail('screen', 'There is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set.');
}

/** Bytes of all files in a folder; what vanishes meanwhile counts as nothing. */
function bytesIn(folder: string): number {
  let bytes = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
    }
  } catch {}
  return bytes;
}

export interface FetchOptions {
  /** Milliseconds in which something must arrive. */
  readonly patience: number;
  readonly environment?: NodeJS.ProcessEnv;
  /** Told now and then how many bytes are there. */
  readonly onProgress?: (bytes: number) => void;
}

/**
 * Fetches the binary with the package's own script, which checks it against the checksums that the package brought.
 * @throws FailureError of kind `download`, one sentence: what went wrong
 */
export async function fetchElectron(
  electronFolder: string,
  { patience, environment = process.env, onProgress = () => {} }: FetchOptions,
): Promise<void> {
  const arriving = mkdtempSync(join(tmpdir(), 'llmatic-electron-'));
  const child = spawn(process.execPath, [join(electronFolder, 'install.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // What arrives is seen growing here.
    env: { ...environment, TMPDIR: arriving, TEMP: arriving, TMP: arriving, ELECTRON_GET_NO_PROGRESS: '1' },
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-4000);
  });
  let silent = false;
  let bytes = 0;
  let grown = Date.now();
  const watch = setInterval(
    () => {
      const now = bytesIn(arriving) + bytesIn(join(electronFolder, 'dist'));
      if (now !== bytes) {
        bytes = now;
        grown = Date.now();
        onProgress(bytes);
      } else if (Date.now() - grown > patience) {
        silent = true;
        child.kill('SIGKILL');
      }
    },
    Math.min(1000, patience / 4),
  );
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (silent) fail('download', `nothing arrived for ${Math.round(patience / 1000)} seconds`);
    if (code !== 0) fail('download', firstError(words));
  } catch (error) {
    fail('download', failureOf(error).message);
  } finally {
    clearInterval(watch);
    rmSync(arriving, { recursive: true, force: true });
  }
}

/** The sentence in what a failed script wrote, without its stack. */
function firstError(words: string): string {
  const line = words.split('\n').find((each) => /\S/.test(each) && !/^\s*at /.test(each));
  return line?.trim().replace(/^\w*Error: /, '') ?? 'the download ended without saying why';
}
