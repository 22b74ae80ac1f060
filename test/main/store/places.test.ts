// Where runs lie: private to the person, found through links, at home beside what file managers leave, named at once.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCatalogue } from '../../../main/engine/run-catalogue.ts';
import { makePrivateFolder } from '../../../main/private-files.ts';
import { verifyRun } from '../../../main/run/verify.ts';
import { freshRunFolder, releaseRunFolder, reservedRunFolder } from '../../../main/run-name.ts';
import { createRun, openRun, refuseOccupied } from '../../../main/store/run-folder.ts';
import { runFoldersIn } from '../../../main/store/run-folders-in.ts';
import { smallDescription } from './small-search.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-places-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

/** Octal modes of everything below a folder, the folder itself as `.`. */
function modes(folder: string, below = '.'): Record<string, string> {
  const path = join(folder, below);
  const found = statSync(path);
  const own = { [below]: (found.mode & 0o777).toString(8) };
  if (!found.isDirectory()) return own;
  return Object.assign(own, ...readdirSync(path).map((name) => modes(folder, join(below, name))));
}

describe('a run folder', () => {
  it('is private to the person while it is written and after it, whatever the mask of new files', async () => {
    const before = process.umask(0);
    try {
      const folder = join(home, 'runs', 'run');
      const store = createRun(folder, smallDescription);
      const hash = await store.saveWeights(new Uint8Array([1]));
      await store.startSession({});
      const written = modes(folder);
      expect(Object.keys(written)).toEqual(expect.arrayContaining(['run.sqlite-wal', 'run.sqlite-shm', 'run.lock']));
      for (const [name, mode] of Object.entries(written)) {
        expect([name, mode]).toEqual([name, name === '.' || name === 'weights' ? '700' : '600']);
      }
      expect(written[join('weights', `${hash}.safetensors`)]).toBe('600');
      expect((statSync(join(home, 'runs')).mode & 0o777).toString(8)).toBe('700');
      await store.close();
    } finally {
      process.umask(before);
    }
  });

  it('that others could read is closed to them when it is next written, and no link in it is followed', async () => {
    const folder = join(home, 'run');
    await createRun(folder, smallDescription).close();
    const outside = join(home, 'outside.txt');
    writeFileSync(outside, 'x');
    chmodSync(outside, 0o644);
    symlinkSync(outside, join(folder, 'weights', 'link'));
    writeFileSync(join(folder, 'weights', `${'0'.repeat(64)}.safetensors`), 'x');
    execFileSync('chmod', ['-R', 'go+rX', folder]);
    chmodSync(outside, 0o644);
    await openRun(folder).close();
    const { [join('weights', 'link')]: _, ...own } = modes(folder);
    expect(own).toEqual({
      '.': '700',
      'run.lock': '600',
      'run.sqlite': '600',
      weights: '700',
      [join('weights', `${'0'.repeat(64)}.safetensors`)]: '600',
    });
    expect((statSync(outside).mode & 0o777).toString(8)).toBe('644');
  });

  it('to which a link leads is listed like any other; a link that leads nowhere is not', async () => {
    await createRun(join(home, 'elsewhere', 'run'), smallDescription).close();
    mkdirSync(join(home, 'runs'));
    symlinkSync(join(home, 'elsewhere', 'run'), join(home, 'runs', 'linked'));
    symlinkSync(join(home, 'gone'), join(home, 'runs', 'broken'));
    const expected = [join(home, 'runs', 'linked')];
    expect(runFoldersIn(join(home, 'runs'))).toEqual(expected);
    expect(runCatalogue(join(home, 'runs'), join(home, 'data')).folders()).toEqual(expected);
    expect(runFoldersIn(join(home, 'nowhere'))).toEqual([]);
  });
});

describe('what file managers leave', () => {
  const left = ['.DS_Store', 'Thumbs.db', 'desktop.ini', '._run', '.nfs0000a1', '.directory'];

  it('is no problem for verify, nor where a run is to begin', async () => {
    const folder = join(home, 'run');
    mkdirSync(folder);
    for (const name of left) writeFileSync(join(folder, name), 'x');
    await createRun(folder, smallDescription).close();
    for (const name of left) writeFileSync(join(folder, 'weights', name), 'x');
    const run = openRun(folder, { readOnly: true });
    expect(verifyRun(run).problems).toEqual([]);
    writeFileSync(join(folder, 'weights', 'thumbs.txt'), 'x');
    expect(verifyRun(run).problems).toEqual(['weights/thumbs.txt does not belong to the run.']);
    await run.close();
  });
});

describe('names of runs', () => {
  it('show the clock of this computer', () => {
    const date = new Date(2026, 10, 4, 5, 6, 7);
    expect(freshRunFolder('runs', 'demo', () => false, date)).toBe(join('runs', '2026-11-04T050607-demo'));
  });

  it('are given once, however many searches begin in one second, and given back by one that did not begin', () => {
    const runs = join(home, 'runs');
    const now = new Date(2026, 10, 4, 5, 6, 7);
    const names = Array.from({ length: 3 }, () => reservedRunFolder(runs, 'demo', undefined, now));
    expect(new Set(names).size).toBe(3);
    expect(names.every((name) => readdirSync(name).length === 0)).toBe(true);
    releaseRunFolder(names[1]!);
    expect(existsSync(names[1]!)).toBe(false);
    expect(reservedRunFolder(runs, 'demo', undefined, now)).toBe(names[1]);
    writeFileSync(join(names[0]!, 'run.sqlite'), '');
    releaseRunFolder(names[0]!);
    expect(existsSync(names[0]!)).toBe(true);
  });
});

describe('a folder that cannot be made', () => {
  it('is refused at once with the place that keeps it from being made, and nothing is left of the try', () => {
    writeFileSync(join(home, 'file'), 'x');
    expect(() => refuseOccupied(join(home, 'file', 'a', 'run'))).toThrow(
      `${join(home, 'file', 'a', 'run')} cannot be made: ${join(home, 'file')} is no folder. Choose a place that you can write to.`,
    );
    expect(() => makePrivateFolder(join(home, 'x'.repeat(300)))).toThrow(/cannot be made: its name is too long/);
    refuseOccupied(join(home, 'a', 'b', 'run'));
    expect(readdirSync(home)).toEqual(['file']);
  });

  it('in /proc too, which takes none', () => {
    expect(() => refuseOccupied('/proc/run')).toThrow(/^\/proc\/run cannot be made: \/proc takes no new folders\. /);
  });
});
