// Standard output on a full disk: Linux's /dev/full refuses every write as a full disk does.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cliFile } from './run-cli.ts';

/** Runs a command with stdout and, where asked, stderr on a full disk. */
function onFullDisk(words: readonly string[], streams: 'stdout' | 'both') {
  const full = openSync('/dev/full', 'w');
  try {
    return spawnSync(process.execPath, [cliFile, ...words], {
      stdio: ['ignore', full, streams === 'both' ? full : 'pipe'],
      encoding: 'utf8',
    });
  } finally {
    closeSync(full);
  }
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
    expect(onFullDisk(['runs', 'list', '--json'], 'both')).toMatchObject({ status: 1, signal: null });
  });
});
