/**
 * Runs in the window before its page. On the page's request it hands over one end of a channel to the engine, and
 * nothing else: no function and no object of Electron reaches the page.
 */
import { ipcRenderer } from 'electron';

window.addEventListener('message', ({ source, data }) => {
  if (source === window && data === 'llmatic-port-wanted') ipcRenderer.send('llmatic-port-wanted');
});

ipcRenderer.on('llmatic-port', ({ ports }) => {
  const [port] = ports;
  if (port !== undefined) window.postMessage('llmatic-port', window.location.origin, [port]);
});
