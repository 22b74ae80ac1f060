// `npm start` where Electron's binary cannot be had, and the binary's way onto a machine.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  electronBinary,
  electronVersion,
  fetchElectron,
  refuseWithoutScreen,
} from '../../../../main/doors/electron/electron-binary.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const electronFolder = dirname(fileURLToPath(import.meta.resolve('electron/package.json')));

let folder: string;
let server: Server | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-start-'));
});

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

/** Addresses of a mirror that does what `answer` does. */
async function mirror(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const opened = createServer(answer as never);
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(opened.address() as AddressInfo).port}/`;
}

/** An environment in which nothing of Electron has been fetched, whatever this machine has. */
const bare = (address: string): NodeJS.ProcessEnv => ({
  ...process.env,
  ELECTRON_MIRROR: address,
  ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'absent'),
  electron_config_cache: join(folder, 'cache'),
});

async function start(environment: NodeJS.ProcessEnv): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const file = join(root, 'main', 'doors', 'electron', 'start.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], { env: environment });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

/** A package that fetches with the given script. */
function packageWith(script: string): string {
  writeFileSync(join(folder, 'package.json'), '{ "version": "45.0.0" }');
  writeFileSync(join(folder, 'install.js'), `const fs = require('fs'), path = require('path');\n${script}`);
  return folder;
}

describe('npm start without a binary', () => {
  it('says that it cannot be fetched, what to do, and offers the page; it ends with 1 and no stack', async () => {
    const { code, stdout, stderr } = await start(
      bare(
        await mirror((_request, response) => {
          response.writeHead(404);
          response.end();
        }),
      ),
    );
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(`Electron ${electronVersion(electronFolder)} could not be fetched: Response code 404`);
    expect(stderr).toContain('ELECTRON_MIRROR');
    expect(stderr.trimEnd().split('\n').at(-1)).toContain('npm run -s llmatic -- serve');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('says so as well when nobody answers at that address', async () => {
    const { code, stderr } = await start(bare('http://127.0.0.1:1/'));
    expect(code).toBe(1);
    expect(stderr).toContain('could not be fetched: ');
    expect(stderr).toContain('npm run -s llmatic -- serve');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('fetching the binary', () => {
  it('gives up when nothing arrives, and leaves nothing behind', async () => {
    const address = await mirror(() => {});
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('llmatic-electron-'));
    await expect(fetchElectron(electronFolder, { patience: 1_000, environment: bare(address) })).rejects.toThrow(
      'nothing arrived for 1 seconds',
    );
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith('llmatic-electron-'));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  });

  it('waits for a slow one as long as something arrives, and says how much is there', async () => {
    const slow = packageWith(`
      const file = path.join(require('os').tmpdir(), 'electron.zip');
      let left = 20;
      const timer = setInterval(() => {
        fs.appendFileSync(file, 'x'.repeat(1000));
        if (--left > 0) return;
        clearInterval(timer);
        fs.mkdirSync(path.join(__dirname, 'dist'));
        fs.writeFileSync(path.join(__dirname, 'dist', 'electron'), '');
        fs.writeFileSync(path.join(__dirname, 'path.txt'), 'electron');
      }, 300);`);
    const bytes: number[] = [];
    expect(electronBinary(slow, {})).toBeNull();
    await fetchElectron(slow, { patience: 4_000, environment: process.env, onProgress: (now) => bytes.push(now) });
    expect(electronBinary(slow, {})).toBe(join(slow, 'dist', 'electron'));
    expect(bytes.length).toBeGreaterThan(1);
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
  });

  it('passes on what the script says, without its stack', async () => {
    const broken = packageWith(`console.error(new TypeError('no room on the disk').stack); process.exit(1);`);
    await expect(fetchElectron(broken, { patience: 60_000 })).rejects.toThrow(/^no room on the disk$/);
  });
});

describe('the binary', () => {
  it('is looked for where the package keeps it, or where the environment says', () => {
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist', 'electron'), '');
    expect(electronBinary(folder, {})).toBeNull();
    writeFileSync(join(folder, 'path.txt'), 'electron');
    expect(electronBinary(folder, {})).toBe(join(folder, 'dist', 'electron'));
    expect(electronBinary(folder, { ELECTRON_OVERRIDE_DIST_PATH: folder })).toBeNull();
    expect(electronBinary(folder, { ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'dist') })).toBe(
      join(folder, 'dist', 'electron'),
    );
  });

  it('needs a screen: on Linux one of two variables names it', () => {
    expect(() => refuseWithoutScreen('linux', {})).toThrow('There is no screen here');
    for (const [platform, environment] of [
      ['linux', { DISPLAY: ':0' }],
      ['linux', { WAYLAND_DISPLAY: 'wayland-0' }],
      ['darwin', {}],
      ['win32', {}],
    ] as const) {
      expect(() => refuseWithoutScreen(platform, environment)).not.toThrow();
    }
  });
});
