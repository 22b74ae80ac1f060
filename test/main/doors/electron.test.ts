// The window's door, driven through a stand-in for Electron: every guard it must set is asked for its verdict.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createClient } from '../../../core/contract/client.ts';
import { messagePortPort } from '../../../core/contract/message-port.ts';
import type { Engine } from '../../../core/contract.ts';
import {
  preventable,
  StandInContents,
  type StandInElectron,
  type StandInPort,
  type StandInProcess,
  serveOn,
  standInElectron,
} from './electron-stand-in.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-window-'));
  mkdirSync(join(folder, 'dist', 'renderer', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'dist', 'renderer', 'index.html'), '<!doctype html><title>LLMatic</title>');
  writeFileSync(join(folder, 'dist', 'secret.json'), '{"secret":true}');
  vi.stubEnv('LLMATIC_HOME', join(folder, 'home'));
  vi.resetModules();
});

afterEach(() => {
  vi.doUnmock('electron');
  vi.doUnmock('../../../main/package-folder.ts');
  vi.unstubAllEnvs();
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

/** Loads the door over a fresh stand-in, as Electron would load the app's main file. */
async function load(options: Parameters<typeof standInElectron>[0] = {}): Promise<StandInElectron> {
  const electron = standInElectron(options);
  vi.doMock('electron', () => electron.module);
  vi.doMock('../../../main/package-folder.ts', () => ({ packageFolder: () => folder }));
  await import('../../../main/doors/electron.ts');
  return electron;
}

async function started(options: Parameters<typeof standInElectron>[0] = {}): Promise<StandInElectron> {
  const electron = await load(options);
  await electron.start();
  return electron;
}

const engineOf = (electron: StandInElectron): StandInProcess => electron.processes.at(-1)!;
const contentsOf = (electron: StandInElectron): StandInContents => electron.windows.at(-1)!.webContents;

/** The preload's message, as the page's main frame sends it. */
function wantPort(electron: StandInElectron): void {
  const contents = contentsOf(electron);
  electron.ipcMain.emit('llmatic-port-wanted', { sender: contents, senderFrame: contents.mainFrame });
}

const connects = (process: StandInProcess) => process.told.filter(({ message }) => message.type === 'connect');

/** Lets promises and timers of no length pass. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('the start', () => {
  it('names its own protocol standard and secure, and turns the sandbox on, before Electron is ready', async () => {
    const electron = await started();
    expect(electron.order.filter((step) => step !== 'switch')).toEqual(['schemes', 'sandbox', 'ready']);
    expect(electron.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
  });

  it('opens one window on its own address, isolated, in the sandbox, without Node and without webview', async () => {
    const electron = await started();
    expect(electron.windows).toHaveLength(1);
    expect(contentsOf(electron).mainFrame.url).toBe('app://llmatic/');
    expect(electron.windows[0]!.options.webPreferences).toMatchObject({
      preload: join(folder, 'dist', 'preload', 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
    });
  });

  it('tells Chromium, before it is ready, to look up no name and to run no errand of its own', async () => {
    const electron = await started();
    const switches = electron.app.commandLine.appendSwitch.mock.calls;
    expect(switches).toContainEqual(['host-resolver-rules', 'MAP * ~NOTFOUND']);
    expect(switches).toContainEqual(['no-proxy-server']);
    expect(electron.order.lastIndexOf('switch')).toBeLessThan(electron.order.indexOf('ready'));
    // Dictionaries of a spelling check would be fetched.
    expect(electron.windows[0]!.options.webPreferences.spellcheck).toBe(false);
  });

  it('leaves no developer tools in the packaged app', async () => {
    const electron = await started({ packaged: true });
    expect(electron.windows[0]!.options.webPreferences.devTools).toBe(false);
    expect(JSON.stringify(electron.module.Menu.buildFromTemplate.mock.calls)).not.toContain('toggleDevTools');
  });

  it('starts the engine in a process of its own, with the runs folder: the working folder’s, and the home’s when packaged', async () => {
    const checkout = await started();
    vi.resetModules();
    const packaged = await started({ packaged: true });
    expect(engineOf(checkout).file).toMatch(/engine-process\.ts$/);
    expect(engineOf(checkout).words).toEqual([join(process.cwd(), 'runs')]);
    expect(engineOf(packaged).words).toEqual([join(folder, 'home', 'runs')]);
  });

  it('gives way to an instance that runs already, which comes to the front', async () => {
    const second = await load({ lock: false });
    await settled();
    expect(second.app.exit).toHaveBeenCalledWith(0);
    expect(second.windows).toEqual([]);
    expect(second.processes).toEqual([]);
    vi.resetModules();
    const first = await started();
    first.app.emit('second-instance');
    expect(first.windows[0]!.restore).toHaveBeenCalled();
    expect(first.windows[0]!.focus).toHaveBeenCalled();
  });
});

describe('the page', () => {
  it('comes with the content security policy, and cannot leave its folder', async () => {
    const electron = await started();
    const answer = (path: string, init: RequestInit = {}): Promise<Response> =>
      electron.session.handlers.get('app')!(new Request(`app://llmatic${path}`, init));
    const page = await answer('/');
    expect(await page.text()).toContain('<title>LLMatic</title>');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const path of ['/..%2fsecret.json', '/%2e%2e/secret.json', '/assets/..%2f..%2fsecret.json', '/absent.js']) {
      const refused = await answer(path);
      expect([path, refused.status]).toEqual([path, 404]);
      expect(refused.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    expect((await answer('/', { method: 'POST', body: 'x' })).status).toBe(405);
    expect((await electron.session.handlers.get('app')!(new Request('app://elsewhere/'))).status).toBe(404);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('stays where it is: no navigation, no redirect, no new window, no webview, in any contents of the app', async () => {
    const electron = await started();
    const other = new StandInContents();
    electron.app.emit('web-contents-created', {}, other);
    for (const contents of [contentsOf(electron), other]) {
      for (const name of ['will-navigate', 'will-redirect', 'will-attach-webview']) {
        const event = preventable();
        contents.emit(name, event, 'https://example.org/');
        expect([name, event.prevented()]).toEqual([name, true]);
      }
      expect(contents.openHandler!({ url: 'app://llmatic/' })).toEqual({ action: 'deny' });
    }
  });

  it('is given no permission, asked or checked', async () => {
    const { session } = await started();
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'usb']) {
      const verdicts: unknown[] = [];
      session.permissionRequest!({}, permission, (verdict) => verdicts.push(verdict));
      expect(verdicts).toEqual([false]);
      expect(session.permissionCheck!({}, permission)).toBe(false);
    }
    expect(session.devicePermission!({ deviceType: 'usb' })).toBe(false);
  });

  it.each([
    ['app://llmatic/', false],
    ['app://llmatic/assets/index.js', false],
    ['blob:app://llmatic/1234', false],
    ['data:image/png;base64,AA', false],
    ['app://elsewhere/', true],
    ['app://llmatic.example.org/', true],
    ['https://example.org/', true],
    ['http://127.0.0.1:80/', true],
    ['ws://127.0.0.1/', true],
    ['file:///etc/passwd', true],
    ['blob:https://example.org/1234', true],
  ])('loading %s is cancelled: %s', async (url, cancelled) => {
    const { session } = await started();
    const verdicts: { cancel: boolean }[] = [];
    session.beforeRequest!({ url }, (verdict) => verdicts.push(verdict));
    expect(verdicts).toEqual([{ cancel: cancelled }]);
  });

  it('may save what it made itself, and nothing else', async () => {
    const { session } = await started();
    const saved = (url: string): boolean => {
      const event = preventable();
      session.emit('will-download', event, { getURL: () => url });
      return !event.prevented();
    };
    expect(['blob:app://llmatic/1', 'data:text/csv,a'].map(saved)).toEqual([true, true]);
    expect(['https://example.org/a.zip', 'app://llmatic/index.html', 'file:///etc/passwd'].map(saved)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('the port', () => {
  it('is handed over once for each time the page wants one: one end to the engine, the other to the page', async () => {
    const electron = await started();
    const engine = engineOf(electron);
    expect(connects(engine)).toEqual([]);
    wantPort(electron);
    expect(connects(engine).map(({ ports }) => ports.length)).toEqual([1]);
    expect(contentsOf(electron).sent).toHaveLength(1);
    expect(contentsOf(electron).sent[0]).toMatchObject({ channel: 'llmatic-port' });
    const heard = new Promise((resolve) => {
      const [port] = connects(engine)[0]!.ports;
      port!.on('message', resolve);
      port!.start();
    });
    contentsOf(electron).sent[0]!.ports[0]!.postMessage('from the page');
    expect(await heard).toMatchObject({ data: 'from the page' });
    wantPort(electron);
    expect(connects(engine)).toHaveLength(2);
    expect(contentsOf(electron).sent).toHaveLength(2);
  });

  it('is refused to any other sender: other contents, another frame, another address, no frame', async () => {
    const electron = await started();
    const contents = contentsOf(electron);
    const stranger = new StandInContents();
    stranger.mainFrame = { url: 'app://llmatic/' };
    const senders: unknown[] = [
      { sender: stranger, senderFrame: stranger.mainFrame },
      { sender: contents, senderFrame: { url: 'app://llmatic/' } },
      { sender: contents, senderFrame: null },
    ];
    for (const sender of senders) electron.ipcMain.emit('llmatic-port-wanted', sender);
    contents.mainFrame = { url: 'https://example.org/app://llmatic/' };
    wantPort(electron);
    expect(connects(engineOf(electron))).toEqual([]);
    expect([...contents.sent, ...stranger.sent]).toEqual([]);
  });

  it('carries the contract from the page through the preload to the engine', async () => {
    const electron = await started();
    const child = engineOf(electron);
    serveOn(child, {
      call: ((name: string) => Promise.resolve(name === 'runs.list' ? { runs: [] } : {})) as Engine['call'],
      subscribe: () => () => {},
      choose: () => {},
      close: () => Promise.resolve(),
    });
    const page = await openPage(electron);
    const port = await page.want();
    const client = createClient(messagePortPort(port));
    expect(await client.call('runs.list', {})).toEqual({ runs: [] });
    client.close();
  });

  it.each(['drop', 'change'] as const)('is told where a file lies by a %s of the person alone', async (type) => {
    const electron = await started();
    const opened = opensAtOnce(engineOf(electron));
    const page = await openPage(electron);
    expect(await page.heardOf(type, 'model.gguf', true)).toEqual([{ type: 'llmatic-path', path: '/where/model.gguf' }]);
    expect(opened).toEqual(['/where/model.gguf']);
    expect(await page.heardOf(type, 'model.gguf', false)).toEqual([]);
    expect(opened).toHaveLength(1);
  });

  it('is told of a file once the engine has opened it for the page, and not before', async () => {
    const electron = await started();
    const engine = engineOf(electron);
    const page = await openPage(electron);
    expect(await page.heardOf('drop', 'model.gguf', true)).toEqual([]);
    expect(engine.told.at(-1)?.message).toEqual({ type: 'chosen', path: '/where/model.gguf' });
    const heard = page.hears();
    engine.emit('message', { type: 'opened', path: '/where/another.gguf' });
    await settled();
    expect(heard).toEqual([]);
    engine.emit('message', { type: 'opened', path: '/where/model.gguf' });
    await settled();
    expect(heard).toEqual([{ type: 'llmatic-path', path: '/where/model.gguf' }]);
  });

  it('is told of a folder that the person chose in a dialog, and of nothing where they cancelled', async () => {
    const electron = await started();
    const opened = opensAtOnce(engineOf(electron));
    const page = await openPage(electron);
    electron.folders.push('/runs/of a friend');
    const heard = page.hears();
    page.wantFolder();
    await settled();
    page.wantFolder();
    await settled();
    expect(electron.module.dialog.showOpenDialog).toHaveBeenCalledTimes(2);
    expect(heard).toEqual([
      'llmatic-folder-wanted',
      { type: 'llmatic-path', path: '/runs/of a friend' },
      'llmatic-folder-wanted',
    ]);
    expect(opened).toEqual(['/runs/of a friend']);
  });

  it('cannot open a path from a frame of another address, nor one that is none', async () => {
    const electron = await started();
    const opened = opensAtOnce(engineOf(electron));
    const contents = contentsOf(electron);
    const foreign = { sender: contents, senderFrame: { url: 'https://example.org/' } };
    await electron.invoke('llmatic-path-chosen', foreign, '/etc/passwd');
    electron.folders.push('/etc');
    expect(await electron.invoke('llmatic-folder-wanted', foreign)).toBeNull();
    for (const path of ['', '/a\0b', 7, null, ['/etc']]) {
      await electron.invoke('llmatic-path-chosen', { sender: contents, senderFrame: contents.mainFrame }, path);
    }
    expect(opened).toEqual([]);
    expect(electron.module.dialog.showOpenDialog).not.toHaveBeenCalled();
  });
});

/** An engine's process that opens whatever it is told was chosen. */
function opensAtOnce(child: StandInProcess): readonly string[] {
  const opened: string[] = [];
  child.on('told', (message: { type: string; path: string }) => {
    if (message.type !== 'chosen') return;
    opened.push(message.path);
    child.emit('message', { type: 'opened', path: message.path });
  });
  return opened;
}

/** A page with the preload loaded before it: its window hears what the preload posts. */
async function openPage(electron: StandInElectron): Promise<{
  want(): Promise<StandInPort['inner']>;
  /** What the page hears of an event on a file that the person, or its own script, made. */
  heardOf(type: 'drop' | 'change', file: string, isTrusted: boolean): Promise<unknown[]>;
  /** Everything that it hears from now on. */
  hears(): unknown[];
  wantFolder(): void;
}> {
  const { EventEmitter } = await import('node:events');
  const listeners = new EventEmitter();
  const exposed: string[] = [];
  const page = {
    location: { origin: 'app://llmatic' },
    addEventListener: (type: string, listener: (event: unknown) => void) => listeners.on(type, listener),
    postMessage(data: unknown, origin: string, ports: readonly unknown[] = []) {
      expect(origin).toBe('app://llmatic');
      queueMicrotask(() => listeners.emit('message', { source: page, data, ports }));
    },
  };
  const inPreload = new EventEmitter();
  const ipcRenderer = Object.assign(inPreload, {
    invoke(channel: string, value?: unknown): Promise<unknown> {
      const contents = contentsOf(electron);
      return electron.invoke(channel, { sender: contents, senderFrame: contents.mainFrame }, value);
    },
    send(channel: string) {
      const contents = contentsOf(electron);
      electron.ipcMain.emit(channel, { sender: contents, senderFrame: contents.mainFrame });
    },
  });
  contentsOf(electron).on('sent', (channel: string, ports: readonly StandInPort[]) =>
    inPreload.emit(channel, { ports: ports.map(({ inner }) => inner) }),
  );
  vi.stubGlobal('window', page);
  class Input {
    readonly files: readonly { readonly name: string }[];

    constructor(name: string) {
      this.files = [{ name }];
    }
  }
  vi.stubGlobal('HTMLInputElement', Input);
  vi.doMock('electron', () => ({
    ipcRenderer,
    webUtils: { getPathForFile: ({ name }: { name: string }) => `/where/${name}` },
    contextBridge: { exposeInMainWorld: (name: string) => exposed.push(name) },
  }));
  // By a name in a variable: the preload is compiled for the page, not for Node.
  const preload = join(import.meta.dirname, '..', '..', '..', 'preload', 'preload.ts');
  await import(preload);
  return {
    want: () =>
      new Promise((resolve) => {
        listeners.on('message', ({ data, ports }) => {
          if (data !== 'llmatic-port') return;
          expect(exposed).toEqual([]);
          expect(ports).toHaveLength(1);
          resolve(ports[0]);
        });
        page.postMessage('llmatic-port-wanted', 'app://llmatic');
      }),
    hears() {
      const heard: unknown[] = [];
      listeners.on('message', ({ data }: { data: unknown }) => void heard.push(data));
      return heard;
    },
    wantFolder: () => page.postMessage('llmatic-folder-wanted', 'app://llmatic'),
    async heardOf(type, file, isTrusted) {
      const heard: unknown[] = [];
      const hear = ({ data }: { data: unknown }): void => void heard.push(data);
      listeners.on('message', hear);
      const target = new Input(file);
      listeners.emit(type, { isTrusted, target, dataTransfer: { files: target.files } });
      await settled();
      listeners.off('message', hear);
      expect(exposed).toEqual([]);
      return heard;
    },
  };
}

describe('the engine’s process', () => {
  it('is told again after a crash of what the person had chosen, before it serves the page', async () => {
    const electron = await started();
    opensAtOnce(engineOf(electron));
    const page = await openPage(electron);
    await page.heardOf('drop', 'model.gguf', true);
    vi.useFakeTimers();
    engineOf(electron).emit('message', { type: 'ready' });
    engineOf(electron).emit('exit', 139);
    wantPort(electron);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(engineOf(electron).told.map(({ message }) => message.type)).toEqual(['chosen', 'connect']);
  });

  it('is started again after a crash, and a page that asked meanwhile gets its port then', async () => {
    const electron = await started();
    vi.useFakeTimers();
    engineOf(electron).emit('message', { type: 'ready' });
    engineOf(electron).emit('exit', 139);
    wantPort(electron);
    wantPort(electron);
    expect(contentsOf(electron).sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(electron.processes).toHaveLength(2);
    expect(connects(electron.processes[1]!)).toHaveLength(1);
    expect(contentsOf(electron).sent).toHaveLength(1);
    expect(electron.questions).toEqual([]);
  });

  it('is given up with a question after five ends in a row, and tried again when the person says so', async () => {
    const electron = await started();
    vi.useFakeTimers();
    electron.replies.push(0);
    for (let crash = 1; crash <= 5; crash++) {
      expect(electron.processes).toHaveLength(crash);
      engineOf(electron).emit('exit', 134);
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(electron.questions).toHaveLength(1);
    expect(electron.questions[0]!.detail).toContain('5 times in a row, the last time with code 134');
    expect(electron.processes).toHaveLength(6);
  });

  it('is not started again when the engine says why it cannot be made', async () => {
    const electron = await started();
    vi.useFakeTimers();
    const failure = { code: 'file', message: 'The runs folder cannot be written.', data: {} };
    engineOf(electron).emit('message', { type: 'failed', failure });
    engineOf(electron).emit('exit', 1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(electron.processes).toHaveLength(1);
    expect(electron.questions[0]!.detail).toContain('The runs folder cannot be written.');
  });
});

describe('quitting', () => {
  function quit(electron: StandInElectron): boolean {
    const event = preventable();
    electron.app.emit('before-quit', event);
    return !event.prevented();
  }

  it('waits until the engine has closed, says so, and then lets Electron quit', async () => {
    const electron = await started();
    const engine = engineOf(electron);
    expect(quit(electron)).toBe(false);
    engine.emit('message', { type: 'working', runs: [] });
    await settled();
    expect(electron.questions).toEqual([]);
    expect(engine.told.map(({ message }) => message.type)).toEqual(['working', 'close']);
    expect(electron.windows[0]!.setTitle).toHaveBeenCalledWith(expect.stringContaining('saving'));
    expect(electron.app.quit).not.toHaveBeenCalled();
    expect(quit(electron)).toBe(false);
    engine.emit('exit', 0);
    await settled();
    expect(electron.app.quit).toHaveBeenCalledTimes(1);
    expect(quit(electron)).toBe(true);
    expect(electron.processes).toHaveLength(1);
  });

  it('asks first when a search works, says that it can be resumed, and stays when the person wants that', async () => {
    const electron = await started();
    const engine = engineOf(electron);
    electron.replies.push(1, 0);
    const closing = preventable();
    electron.windows[0]!.emit('close', closing);
    expect(closing.prevented()).toBe(true);
    engine.emit('message', { type: 'working', runs: ['demo-1'] });
    await settled();
    expect(electron.questions[0]).toMatchObject({
      message: 'A search is running.',
      detail: expect.stringMatching(/Resume goes on from there.*demo-1/),
      buttons: ['Stop and quit', 'Keep running'],
    });
    expect(engine.told.map(({ message }) => message.type)).not.toContain('close');
    expect(quit(electron)).toBe(false);
    engine.emit('message', { type: 'working', runs: ['demo-1'] });
    await settled();
    expect(engine.told.map(({ message }) => message.type)).toContain('close');
  });

  it('asks when a checkpoint is being converted, and says that the conversion would be lost', async () => {
    const electron = await started();
    const engine = engineOf(electron);
    electron.replies.push(1, 0);
    expect(quit(electron)).toBe(false);
    engine.emit('message', { type: 'working', runs: [], conversions: ['/models/codegen-6B-q8_0.gguf'] });
    await settled();
    expect(electron.questions[0]).toMatchObject({
      message: 'A conversion is running.',
      detail: expect.stringMatching(/begin anew.*codegen-6B-q8_0\.gguf/),
    });
    expect(engine.told.map(({ message }) => message.type)).not.toContain('close');
    expect(quit(electron)).toBe(false);
    engine.emit('message', { type: 'working', runs: ['demo-1', 'demo-2'], conversions: ['/models/a.gguf'] });
    await settled();
    expect(electron.questions[1]?.message).toBe('2 searches are running. A conversion is running.');
    expect(engine.told.map(({ message }) => message.type)).toContain('close');
  });

  it('ends all the same when the engine does not answer and does not end', async () => {
    const electron = await started();
    vi.useFakeTimers();
    quit(electron);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(engineOf(electron).kill).toHaveBeenCalled();
    expect(electron.app.quit).toHaveBeenCalled();
  });

  it('closes the engine with its state saved: the process stops its searches, then ends', async () => {
    const electron = await started();
    let closed = 0;
    const { exits } = serveOn(engineOf(electron), {
      call: (() => Promise.resolve({ runs: [] })) as unknown as Engine['call'],
      subscribe: () => () => {},
      choose: () => {},
      close: () => Promise.resolve().then(() => void closed++),
    });
    quit(electron);
    await settled();
    expect([closed, exits]).toEqual([1, [0]]);
    expect(electron.app.quit).toHaveBeenCalledTimes(1);
  });

  it('keeps where the window was, and opens it there again', async () => {
    const electron = await started();
    electron.windows[0]!.emit('close', preventable());
    expect(JSON.parse(readFileSync(join(folder, 'home', 'window', 'state.json'), 'utf8'))).toEqual({
      bounds: { x: 40, y: 50, width: 1200, height: 800 },
      maximized: false,
    });
    vi.resetModules();
    const next = await started();
    expect(next.windows[0]!.options).toMatchObject({ x: 40, y: 50, width: 1200, height: 800 });
  });
});

describe('a page that crashed', () => {
  it('is shown again when the person says so, and the search is not touched', async () => {
    const electron = await started();
    electron.replies.push(0);
    const contents = contentsOf(electron);
    contents.mainFrame = { url: '' };
    contents.emit('render-process-gone', {}, { reason: 'crashed' });
    await settled();
    expect(contents.mainFrame.url).toBe('app://llmatic/');
    expect(engineOf(electron).told).toEqual([]);
  });
});
