// SIGKILL while recording: whatever the store had returned is there, whole, and the next writer takes the lock.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isRunFolder, openRun } from '../../../main/store/run-folder.ts';

const child = join(import.meta.dirname, 'recording-child.ts');

/** Runs the recording process and kills it after so many lines and a moment of up to `milliseconds`; yields all whole lines. */
async function recordAndKill(folder: string, lines: number, milliseconds: number): Promise<string[]> {
  const process_ = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', child, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let armed = false;
  process_.stdout.on('data', (chunk) => {
    output += chunk;
    if (armed || output.split('\n').length <= lines) return;
    armed = true;
    setTimeout(() => process_.kill('SIGKILL'), milliseconds);
  });
  await new Promise((resolve) => process_.on('close', resolve));
  expect(process_.signalCode).toBe('SIGKILL');
  return output.split('\n').slice(0, -1);
}

it('loses no recorded step and no weights to kill -9, at six points of one run', async () => {
  const home = mkdtempSync(join(tmpdir(), 'llmatic-kill-'));
  const folder = join(home, 'run');
  try {
    const told: string[] = [];
    for (let round = 0; round < 6; round++) {
      told.push(...(await recordAndKill(folder, 9 + Math.floor(Math.random() * 20), Math.floor(Math.random() * 20))));
      expect(isRunFolder(folder)).toBe(true);
      const store = openRun(folder, { readOnly: true });
      expect(store.databaseProblems()).toEqual([]);
      for (const line of told) {
        const [id, what, hash] = line.split(' ');
        if (what === 'weights') {
          const bytes = store.loadWeights(hash!);
          expect(bytes, line).not.toBeNull();
          expect(createHash('sha256').update(bytes!).digest('hex')).toBe(hash);
        } else {
          expect(store.find(id!)?.[what as 'proposed' | 'trained'], line).not.toBeNull();
        }
      }
      store.close();
    }
    expect(told.length).toBeGreaterThan(50);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
