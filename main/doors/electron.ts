/**
 * The window's door: Electron's main process. It shows the built renderer under its own protocol, keeps the page to
 * itself, and connects it with the engine's process; nothing else happens here.
 */
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  type IpcMainEvent,
  type IpcMainInvokeEvent,
  ipcMain,
  Menu,
  type MessageBoxOptions,
  MessageChannelMain,
  type MessagePortMain,
  protocol,
  type Session,
  screen,
  session,
  utilityProcess,
  type WebContents,
} from 'electron';
import { failureOf } from '../../core/failure.ts';
import { pathSchema } from '../../core/names.ts';
import { homeFolder } from '../home.ts';
import { packageFolder } from '../package-folder.ts';
import { fileBeside } from '../processes/child-node.ts';
import { type EngineSupervisor, superviseEngine } from './electron/engine-supervisor.ts';
import { leavingQuestion } from './electron/leaving-question.ts';
import { windowMenu } from './electron/menu.ts';
import {
  answerPageRequest,
  isPageAddress,
  mayLoad,
  maySave,
  pageAddress,
  pageScheme,
} from './electron/page-address.ts';
import { keepWindowState, readWindowState, smallestWindow } from './electron/window-state.ts';

const built = join(packageFolder(), 'dist');
const stateFile = join(homeFolder(), 'window', 'state.json');

let engine: EngineSupervisor<MessagePortMain> | null = null;
let window: BrowserWindow | null = null;
/** Quitting: first asked and waited for, then done. */
let leaving: 'no' | 'asked' | 'done' = 'no';

// Electron wants both before it is ready.
protocol.registerSchemesAsPrivileged([
  { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
app.enableSandbox();
// Chromium's own errands, none of which the page needs: no name is looked up, no proxy is searched for.
app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
for (const name of ['no-proxy-server', 'no-pings', 'disable-background-networking', 'disable-component-update']) {
  app.commandLine.appendSwitch(name);
}
app.setPath('userData', join(homeFolder(), 'window'));

function guardSession(guarded: Session): void {
  guarded.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  guarded.setPermissionCheckHandler(() => false);
  guarded.setDevicePermissionHandler(() => false);
  guarded.webRequest.onBeforeRequest(({ url }, answer) => {
    const developing = !app.isPackaged && url.startsWith('devtools://');
    answer({ cancel: !mayLoad(url) && !developing });
  });
  guarded.on('will-download', (event, item) => {
    if (!maySave(item.getURL())) event.preventDefault();
  });
  guarded.protocol.handle(pageScheme, (request) => answerPageRequest(join(built, 'renderer'), request));
}

/** Whatever shows a page in this app stays on it. */
function guardContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

function startEngine(): EngineSupervisor<MessagePortMain> {
  const runsFolder = join(app.isPackaged ? homeFolder() : process.cwd(), 'runs');
  return superviseEngine<MessagePortMain>({
    start: () =>
      utilityProcess.fork(fileBeside(import.meta.url, '../engine-process'), [runsFolder], {
        serviceName: 'LLMatic engine',
        stdio: 'inherit',
      }),
    channel: () => new MessageChannelMain(),
    after: (milliseconds, callback) => setTimeout(callback, milliseconds),
    onGivenUp: (reason) => void engineGivenUp(reason),
  });
}

async function engineGivenUp(reason: string): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message: 'The engine does not run.',
    detail: `${reason} Runs are kept as far as they were recorded.`,
    buttons: ['Try again', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  });
  if (response === 0) engine?.restart();
  else await leave();
}

function openWindow(): BrowserWindow {
  const screens = screen.getAllDisplays().map(({ workArea }) => workArea);
  const place = readWindowState(stateFile, screens);
  const opened = new BrowserWindow({
    ...place.bounds,
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    title: 'LLMatic',
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(built, 'preload', 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  if (place.maximized) opened.maximize();
  opened.once('ready-to-show', () => opened.show());
  opened.on('close', (event) => {
    keepWindowState(stateFile, { bounds: opened.getNormalBounds(), maximized: opened.isMaximized() });
    if (leaving === 'done') return;
    event.preventDefault();
    void leave();
  });
  opened.on('closed', () => {
    window = null;
  });
  opened.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') void pageGone(opened);
  });
  void opened.loadURL(pageAddress);
  return opened;
}

async function pageGone(opened: BrowserWindow): Promise<void> {
  const { response } = await dialog.showMessageBox(opened, {
    type: 'error',
    message: 'The page ended unexpectedly.',
    detail: 'Searches go on and are not affected.',
    buttons: ['Show it again', 'Quit'],
    defaultId: 0,
    cancelId: 0,
  });
  if (response === 0) void opened.loadURL(pageAddress);
  else await leave();
}

/** Quits: asks when something works, waits until they are stopped with their state saved. */
async function leave(): Promise<void> {
  if (leaving !== 'no') return;
  leaving = 'asked';
  const working = (await engine?.working()) ?? null;
  const question = working === null ? null : leavingQuestion(working);
  if (question !== null && !(await agrees(question))) {
    leaving = 'no';
    return;
  }
  window?.setTitle('LLMatic: saving the searches before it closes');
  window?.setProgressBar(2);
  await engine?.close();
  leaving = 'done';
  app.quit();
}

async function agrees(question: MessageBoxOptions): Promise<boolean> {
  const { response } = await (window === null
    ? dialog.showMessageBox(question)
    : dialog.showMessageBox(window, question));
  return response === 0;
}

/** Whether a message comes from the page itself: our window, its main frame, our address. */
function isFromPage({ sender, senderFrame }: Pick<IpcMainEvent, 'sender' | 'senderFrame'>): boolean {
  const contents = window?.webContents;
  return (
    contents !== undefined &&
    sender === contents &&
    senderFrame !== null &&
    senderFrame === contents.mainFrame &&
    isPageAddress(senderFrame.url)
  );
}

/** What the person dropped or chose may be named by the page from now on; the preload waits for that. */
async function pathChosen(event: IpcMainInvokeEvent, given: unknown): Promise<void> {
  const path = pathSchema.safeParse(given);
  if (isFromPage(event) && path.success) await engine?.choose(path.data);
}

/** Asks for a folder. Null where the person chose none. */
async function chooseFolder(event: IpcMainInvokeEvent): Promise<string | null> {
  if (!isFromPage(event) || window === null) return null;
  const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory'] });
  const [path = null] = filePaths;
  if (path !== null) await engine?.choose(path);
  return path;
}

function openApp(): void {
  guardSession(session.defaultSession);
  Menu.setApplicationMenu(Menu.buildFromTemplate(windowMenu(process.platform, app.isPackaged)));
  engine = startEngine();
  window = openWindow();
}

function start(): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (leaving === 'done') return;
    event.preventDefault();
    void leave();
  });
  ipcMain.on('llmatic-port-wanted', (event) => {
    if (!isFromPage(event)) return;
    const { sender } = event;
    engine?.connect((port) => {
      if (!sender.isDestroyed()) sender.postMessage('llmatic-port', null, [port]);
    });
  });
  ipcMain.handle('llmatic-path-chosen', pathChosen);
  ipcMain.handle('llmatic-folder-wanted', chooseFolder);
  app.whenReady().then(openApp, (error) => dialog.showErrorBox('LLMatic cannot start.', failureOf(error).message));
}

if (app.requestSingleInstanceLock()) start();
else app.exit(0);
