// `npm start` where a binary is at hand: a stand-in takes Electron's place and writes down how it was started.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-start-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(script: string, environment: NodeJS.ProcessEnv) {
  const binary = join(folder, 'electron');
  writeFileSync(binary, `#!/bin/sh\n${script}\n`);
  chmodSync(binary, 0o755);
  const { DISPLAY: _screen, WAYLAND_DISPLAY: _wayland, ...others } = process.env;
  return spawnSync('npm', ['run', '-s', 'start', '--', '--flag'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...others, ELECTRON_OVERRIDE_DIST_PATH: folder, ELECTRON_RUN_AS_NODE: '1', ...environment },
  });
}

describe('npm start with a binary', () => {
  it('starts it as Electron and not as Node, on this package, whose main file is compiled', () => {
    const note = join(folder, 'note');
    const run = start(`printf '%s\\n' "as node: $ELECTRON_RUN_AS_NODE" "$@" > ${note}`, { DISPLAY: ':0' });
    expect(run.status, run.stderr).toBe(0);
    expect(readFileSync(note, 'utf8').trimEnd().split('\n')).toEqual(['as node: ', root, '--flag']);
    const { main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(readFileSync(join(root, main), 'utf8')).toContain('from "electron"');
  }, 120_000);

  it('says with which code it ended, and offers the page', () => {
    const run = start('echo no display driver >&2; exit 3', { WAYLAND_DISPLAY: 'wayland-0' });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('no display driver');
    expect(run.stderr).toContain('Electron ended with code 3');
    expect(run.stderr.trimEnd().split('\n').at(-1)).toContain('npm run -s llmatic -- serve');
  }, 120_000);

  it('does not start it where there is no screen, and offers the page', () => {
    const run = start('exit 0', {});
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('There is no screen here');
    expect(run.stderr.trimEnd().split('\n').at(-1)).toContain('npm run -s llmatic -- serve');
  }, 120_000);
});
