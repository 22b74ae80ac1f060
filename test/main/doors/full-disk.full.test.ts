// Disks that are full or can only be read. Linux's /dev/full refuses every write as a full disk does; a small disk is a
// tmpfs in a mount namespace of its own.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cliFile } from './run-cli.ts';

const home = mkdtempSync(join(tmpdir(), 'llmatic-full-disk-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const environment = { ...process.env, LLMATIC_HOME: join(home, 'home') };
const run = join(home, 'run');

/** Runs a command with stdout and, where asked, stderr on a full disk. */
function onFullDisk(words: readonly string[], streams: 'stdout' | 'both') {
  const full = openSync('/dev/full', 'w');
  try {
    return spawnSync(process.execPath, [cliFile, ...words], {
      stdio: ['ignore', full, streams === 'both' ? full : 'pipe'],
      encoding: 'utf8',
      env: environment,
    });
  } finally {
    closeSync(full);
  }
}

const disk = join(home, 'disk');
mkdirSync(disk);

/** Runs a command while a tmpfs is mounted at `disk`; the last line of stdout is what lies on it afterwards. */
function withDisk(mount: string, words: readonly string[]) {
  const script = `mount -t tmpfs -o "$1" tmpfs "$2" || exit 99; shift; place="$1"; shift; "$@"; code=$?; ls -A "$place" | tr '\\n' ' '; exit $code`;
  const inside = ['sh', '-c', script, 'sh', mount, disk, process.execPath, cliFile, ...words];
  const { status, stdout, stderr } = spawnSync('unshare', ['-rm', ...inside], { encoding: 'utf8', env: environment });
  return { status, stderr, left: stdout.split('\n').at(-1)?.trim() ?? '' };
}

describe('a command whose output goes to a full disk', () => {
  test('says so in two lines and fails', () => {
    const { status, stderr } = onFullDisk(['--version'], 'stdout');
    expect(status).toBe(1);
    expect(stderr).toBe(
      'The standard output cannot be written: the disk is full. The command goes on without it.\n' +
        'The standard output is not whole: 1 line is missing: the disk is full.\n',
    );
  });

  test('fails with exit code 1 where there is nowhere to say it', () => {
    expect(onFullDisk(['--version', '--json'], 'both')).toMatchObject({ status: 1, signal: null });
  });

  test('goes on to its end where its work has room elsewhere: a search', () => {
    const small = ['generations=1', 'offspring=2', 'initialisation.networks=1', 'recipe.epochs=1'];
    const sets = [...small, 'recipe.trainImages=200', 'validationImages=100'].flatMap((set) => ['--set', set]);
    const words = ['search', '--preset', 'demo', ...sets, '--out', run, '--json'];
    const { status, stderr } = onFullDisk(words, 'stdout');
    expect(stderr).toMatch(/not whole: \d+ lines are missing: the disk is full\.\n$/);
    expect(status).toBe(1);
    const shown = spawnSync(process.execPath, [cliFile, 'runs', 'show', run, '--json'], { encoding: 'utf8' });
    expect(JSON.parse(shown.stdout)).toMatchObject({ state: 'finished', generations: { done: 1, planned: 1 } });
  }, 300_000);
});

describe('what a command writes to a disk', () => {
  test.each([
    ['that is full', 'size=16k', 'weights.safetensors cannot be written: the disk is full'],
    ['that can only be read', 'ro', 'the disk can only be read|lies on a disk that can only be read'],
  ])('%s is named with the cause, and nothing of it is left', (_, mount, why) => {
    const network = join(run, 'export', 'best', 'net.py');
    const weights = join(run, 'export', 'best', 'weights.safetensors');
    const commands = [
      ['export', run, 'best', '--out', join(disk, 'a', 'best')],
      ['export', run, 'best', '--out', disk],
      ['network', 'export', network, '--weights', weights, '--out', join(disk, 'net')],
    ];
    for (const words of commands) {
      const { status, stderr, left } = withDisk(mount, words);
      expect(stderr, words.join(' ')).toMatch(new RegExp(why));
      expect(stderr).toContain(disk);
      expect(status).toBe(mount === 'ro' ? 2 : 1);
      expect(left).toBe('');
    }
  });

  test('is there whole where it has room', () => {
    const { status, left } = withDisk('size=64m', ['export', run, 'best', '--out', disk]);
    expect(status).toBe(0);
    expect(left.split(' ').sort()).toEqual(readdirSync(join(run, 'export', 'best')).sort());
  });
});
