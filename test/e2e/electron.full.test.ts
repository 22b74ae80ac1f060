// The window in Electron itself, wherever Electron's binary is. Where it is not, the one test says so in its name, and
// holds the README to naming what has therefore not been run.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { electronBinary } from '../../main/doors/electron/electron-binary.ts';

const root = join(import.meta.dirname, '..', '..');
const binary = electronBinary(dirname(fileURLToPath(import.meta.resolve('electron/package.json'))));

if (binary === null) {
  describe('Electron’s binary is not on this machine: NOTHING WAS RUN IN ELECTRON', () => {
    it('and the README names, under that heading, every part that has therefore not been seen running', () => {
      process.stderr.write('\nElectron’s binary is not on this machine: nothing was run in Electron.\n');
      const readme = readFileSync(join(root, 'README.md'), 'utf8');
      const section = readme.split(/^#+ /m).find((part) => part.startsWith('Not yet run inside Electron'));
      for (const part of [
        'window',
        'protocol',
        'preload',
        'MessagePort',
        'utilityProcess',
        'ONNX Runtime',
        'installers',
      ]) {
        expect(section).toContain(part);
      }
    });
  });
} else {
  describe('the window in Electron', () => {
    let home: string;
    let app: ElectronApplication;
    let page: Page;

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'llmatic-electron-window-'));
      app = await _electron.launch({
        executablePath: binary,
        // Chromium's sandbox refuses the system's first user, which a container often runs as.
        args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root],
        cwd: home,
        env: { ...(process.env as Record<string, string>), LLMATIC_HOME: home },
      });
      page = await app.firstWindow();
      await page.waitForLoadState();
    }, 180_000);

    afterAll(async () => {
      await app?.close();
      rmSync(home, { recursive: true, force: true });
    });

    /** Asks the engine one thing over a port of its own, as text. */
    const ask = (name: string): Promise<string> =>
      page.evaluate(`new Promise((resolve) => {
        window.addEventListener('message', function take({ data, ports: [port] }) {
          if (data !== 'llmatic-port' || port === undefined) return;
          window.removeEventListener('message', take);
          port.onmessage = (answer) => {
            if (answer.data.includes('"id":77')) resolve(answer.data);
          };
          port.postMessage(JSON.stringify({ type: 'call', id: 77, name: ${JSON.stringify(name)}, params: {} }));
        });
        window.postMessage('llmatic-port-wanted', window.location.origin);
      })`);

    it('shows the page under its own protocol, without Node and without anything of Electron', async () => {
      expect(page.url()).toMatch(/^app:\/\/llmatic\//);
      expect(await page.title()).toContain('LLMatic');
      expect(
        await page.evaluate(`['require', 'process', 'module', 'ipcRenderer'].filter((name) => name in window)`),
      ).toEqual([]);
    });

    it('reaches the engine over a port, and nothing over the network', async () => {
      expect(JSON.parse(await ask('runs.list'))).toMatchObject({ type: 'result', value: { runs: [] } });
      expect(await page.evaluate(`fetch('https://example.org/').then(() => 'reached', () => 'refused')`)).toBe(
        'refused',
      );
    });

    it('loads the native libraries in Electron’s Node', async () => {
      const checks = JSON.parse(await ask('app.doctor')).value.checks as { name: string; status: string }[];
      for (const name of ['onnxruntime-node', 'node-llama-cpp', 'better-sqlite3']) {
        expect(checks).toContainEqual(expect.objectContaining({ name, status: 'ok' }));
      }
    }, 180_000);

    it('stays where it is, and opens no other window', async () => {
      await page.evaluate(`window.open('https://example.org/'), (window.location.href = 'https://example.org/')`);
      await page.waitForTimeout(500);
      expect(page.url()).toMatch(/^app:\/\/llmatic\//);
      expect(app.windows()).toHaveLength(1);
    });

    it('goes on after the engine’s process was killed', async () => {
      const pid = await app.evaluate(
        ({ app: electron }) => electron.getAppMetrics().find(({ name }) => name === 'LLMatic engine')?.pid,
      );
      process.kill(pid!, 'SIGKILL');
      expect(JSON.parse(await ask('runs.list'))).toMatchObject({ type: 'result' });
    }, 60_000);
  });
}
