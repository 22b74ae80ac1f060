/**
 * A stand-in for the module `electron`, with what the window's door uses of it: each part keeps what it was given and
 * lets a test play Electron's side. Ports are Node's own, in the words of Electron's.
 */
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { vi } from 'vitest';
import { serveEngine } from '../../../main/doors/electron/engine-service.ts';
import type { OwnEngine } from '../../../main/engine.ts';

/** Electron's MessagePortMain over Node's MessagePort. */
export class StandInPort extends EventEmitter {
  readonly inner: MessagePort;

  constructor(inner: MessagePort) {
    super();
    this.inner = inner;
    inner.on('close', () => this.emit('close'));
  }

  postMessage(message: unknown): void {
    this.inner.postMessage(message);
  }

  start(): void {
    this.inner.on('message', (data) => this.emit('message', { data, ports: [] }));
  }

  close(): void {
    this.inner.close();
  }
}

export class StandInChannel {
  readonly port1: StandInPort;
  readonly port2: StandInPort;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new StandInPort(port1);
    this.port2 = new StandInPort(port2);
  }
}

/** The engine's process: what it was told, and `emit` for what it says and for its end. */
export class StandInProcess extends EventEmitter {
  readonly file: string;
  readonly words: readonly string[];
  readonly told: { readonly message: { readonly type: string }; readonly ports: readonly StandInPort[] }[] = [];
  readonly kill = vi.fn(() => true);

  constructor(file: string, words: readonly string[]) {
    super();
    this.file = file;
    this.words = words;
  }

  postMessage(message: { readonly type: string }, ports: readonly StandInPort[] = []): void {
    this.told.push({ message, ports });
    this.emit('told', message, ports);
  }
}

/** Runs the engine's side of a stand-in process, in this one. `exits`: the codes it ended with. */
export function serveOn(child: StandInProcess, engine: OwnEngine): { readonly exits: number[] } {
  const exits: number[] = [];
  serveEngine({
    create: () => engine,
    parent: {
      on: (_type, listener) => child.on('told', (data, ports) => listener({ data, ports })),
      postMessage: (message) => child.emit('message', message),
    },
    exit(code) {
      exits.push(code);
      child.emit('exit', code);
    },
  });
  return { exits };
}

export interface StandInFrame {
  readonly url: string;
}

export class StandInContents extends EventEmitter {
  mainFrame: StandInFrame = { url: 'about:blank' };
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  readonly sent: { readonly channel: string; readonly ports: readonly StandInPort[] }[] = [];

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }

  postMessage(channel: string, _message: unknown, ports: readonly StandInPort[]): void {
    this.sent.push({ channel, ports });
    this.emit('sent', channel, ports);
  }

  isDestroyed(): boolean {
    return false;
  }
}

/** An event that can be prevented, as Electron passes it. */
export function preventable(): { readonly preventDefault: () => void; readonly prevented: () => boolean } {
  let prevented = false;
  return {
    preventDefault: () => {
      prevented = true;
    },
    prevented: () => prevented,
  };
}

type Answer = (value: never) => void;

export function standInElectron({ lock = true, packaged = false } = {}) {
  const windows: StandInWindow[] = [];
  const processes: StandInProcess[] = [];
  const questions: { readonly message: string; readonly detail: string; readonly buttons: string[] }[] = [];
  /** What the person answers to the next questions: the index of a button. */
  const replies: number[] = [];
  /** Folders that the person chooses in the next dialogs; without one they cancel. */
  const folders: string[] = [];
  /** Everything that must come before `ready`, in order. */
  const order: string[] = [];

  class StandInWindow extends EventEmitter {
    readonly webContents = new StandInContents();
    readonly setTitle = vi.fn();
    readonly setProgressBar = vi.fn();
    readonly show = vi.fn();
    readonly focus = vi.fn();
    readonly restore = vi.fn();
    readonly maximize = vi.fn();
    readonly options: { readonly webPreferences: Readonly<Record<string, unknown>> } & Readonly<
      Record<string, unknown>
    >;

    constructor(options: StandInWindow['options']) {
      super();
      this.options = options;
      windows.push(this);
      app.emit('web-contents-created', {}, this.webContents);
    }

    loadURL(url: string): Promise<void> {
      this.webContents.mainFrame = { url };
      return Promise.resolve();
    }

    isMinimized(): boolean {
      return true;
    }

    isMaximized(): boolean {
      return false;
    }

    getNormalBounds() {
      return { x: 40, y: 50, width: 1200, height: 800 };
    }
  }

  let becomeReady = (): void => {};
  const ready = new Promise<void>((resolve) => {
    becomeReady = resolve;
  });
  const app = Object.assign(new EventEmitter(), {
    isPackaged: packaged,
    commandLine: { appendSwitch: vi.fn((_name: string, _value?: string) => order.push('switch')) },
    enableSandbox: vi.fn(() => order.push('sandbox')),
    setPath: vi.fn(),
    requestSingleInstanceLock: vi.fn(() => lock),
    whenReady: () => ready.then(() => order.push('ready')),
    quit: vi.fn(),
    exit: vi.fn(),
  });

  const session = Object.assign(new EventEmitter(), {
    permissionRequest: null as ((contents: unknown, permission: string, answer: Answer) => void) | null,
    permissionCheck: null as ((contents: unknown, permission: string) => boolean) | null,
    devicePermission: null as ((details: unknown) => boolean) | null,
    beforeRequest: null as ((details: { url: string }, answer: (verdict: { cancel: boolean }) => void) => void) | null,
    handlers: new Map<string, (request: Request) => Promise<Response>>(),
    setPermissionRequestHandler(handler: never) {
      session.permissionRequest = handler;
    },
    setPermissionCheckHandler(handler: never) {
      session.permissionCheck = handler;
    },
    setDevicePermissionHandler(handler: never) {
      session.devicePermission = handler;
    },
    webRequest: {
      onBeforeRequest(handler: never) {
        session.beforeRequest = handler;
      },
    },
    protocol: {
      handle(scheme: string, handler: (request: Request) => Promise<Response>) {
        session.handlers.set(scheme, handler);
      },
    },
  });

  const schemes: { readonly scheme: string; readonly privileges: Readonly<Record<string, boolean>> }[] = [];
  const handlers = new Map<string, (event: unknown, value: unknown) => unknown>();
  const ipcMain = Object.assign(new EventEmitter(), {
    handle(channel: string, handler: (event: unknown, value: unknown) => unknown): void {
      handlers.set(channel, handler);
    },
  });
  const ask = (...words: unknown[]) => {
    const question = words.at(-1) as (typeof questions)[number];
    questions.push(question);
    const response = replies.shift();
    // A person who has not been given an answer keeps thinking.
    return response === undefined ? new Promise<never>(() => {}) : Promise.resolve({ response });
  };

  return {
    windows,
    processes,
    questions,
    replies,
    folders,
    order,
    schemes,
    app,
    session,
    ipcMain,
    /** What the window's process answers to `ipcRenderer.invoke`, whoever asks. */
    invoke: async (channel: string, event: unknown, value?: unknown): Promise<unknown> =>
      handlers.get(channel)?.(event, value),
    /** Electron becomes ready; resolves once the door has opened its window. */
    async start(): Promise<void> {
      becomeReady();
      await vi.waitFor(() => {
        if (windows.length === 0) throw new Error('no window yet');
      });
    },
    module: {
      app,
      ipcMain,
      BrowserWindow: StandInWindow,
      Menu: { buildFromTemplate: vi.fn((template: unknown) => template), setApplicationMenu: vi.fn() },
      MessageChannelMain: StandInChannel,
      dialog: {
        showMessageBox: vi.fn(ask),
        showErrorBox: vi.fn(),
        showOpenDialog: vi.fn(async () => ({ filePaths: folders.splice(0, 1) })),
      },
      protocol: {
        registerSchemesAsPrivileged: vi.fn((given: typeof schemes) => {
          order.push('schemes');
          schemes.push(...given);
        }),
      },
      screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
      session: { defaultSession: session },
      utilityProcess: {
        fork: vi.fn((file: string, words: readonly string[]) => {
          const child = new StandInProcess(file, words);
          processes.push(child);
          return child;
        }),
      },
    },
  };
}

export type StandInElectron = ReturnType<typeof standInElectron>;
