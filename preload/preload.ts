/**
 * Runs in the window before its page. On the page's request it hands over one end of a channel to the engine; and it
 * tells the page, as text, where a file or folder lies that the person dropped on it or chose, once the engine has opened
 * that for it. Nothing else: no function and no object of Electron reaches the page.
 */
import { ipcRenderer, webUtils } from 'electron';

window.addEventListener('message', ({ source, data }) => {
  if (source !== window) return;
  if (data === 'llmatic-port-wanted') ipcRenderer.send('llmatic-port-wanted');
  if (data === 'llmatic-folder-wanted') void ipcRenderer.invoke('llmatic-folder-wanted').then(tell);
});

ipcRenderer.on('llmatic-port', ({ ports }) => {
  const [port] = ports;
  if (port !== undefined) window.postMessage('llmatic-port', window.location.origin, [port]);
});

/** Nothing where the person chose none. */
function tell(path: unknown): void {
  if (typeof path === 'string') window.postMessage({ type: 'llmatic-path', path }, window.location.origin);
}

/** Only of what a person did: a page can make up an event, but no trusted one. */
function tellPath({ isTrusted }: Event, files: FileList | null | undefined): void {
  const file = files?.[0];
  if (!isTrusted || file === undefined) return;
  const path = webUtils.getPathForFile(file);
  void ipcRenderer.invoke('llmatic-path-chosen', path).then(() => tell(path));
}

window.addEventListener('drop', (event) => tellPath(event, event.dataTransfer?.files), true);
window.addEventListener(
  'change',
  (event) => tellPath(event, event.target instanceof HTMLInputElement ? event.target.files : null),
  true,
);
