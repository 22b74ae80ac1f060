/**
 * The MessagePort that the window's preload hands over. The page asks for one with
 * `window.postMessage('llmatic-port-wanted', origin)`, at first and after each break; the preload answers with
 * `window.postMessage('llmatic-port', origin, [port])`. One that comes unasked is taken as well.
 */
import { messagePortPort } from '../../core/contract/message-port.ts';
import type { Port } from '../../core/contract/wire.ts';

const answerWithin = 10_000;
/** Came before anybody waited for it. */
let spare: MessagePort | null = null;
let waiting: ((port: MessagePort) => void) | null = null;

/** Listens for ports from now on; called once, before the first connection. */
export function listenForPorts(): void {
  window.addEventListener('message', ({ source, data, ports }) => {
    const port = ports[0];
    if (source !== window || data !== 'llmatic-port' || port === undefined) return;
    if (waiting !== null) {
      waiting(port);
    } else {
      spare?.close();
      spare = port;
      // Its engine has died before anybody wanted it: the next connection asks for another.
      port.addEventListener('close', () => {
        if (spare === port) spare = null;
      });
    }
  });
}

/** @throws Error where the preload hands over none within ten seconds */
export async function connectPortOfTheWindow(): Promise<Port> {
  if (spare !== null) {
    const port = spare;
    spare = null;
    return messagePortPort(port);
  }
  const arrived = new Promise<MessagePort>((resolve, reject) => {
    const late = setTimeout(() => {
      waiting = null;
      reject(new Error('The window handed over no port to the engine.'));
    }, answerWithin);
    waiting = (port) => {
      clearTimeout(late);
      waiting = null;
      resolve(port);
    };
  });
  window.postMessage('llmatic-port-wanted', window.location.origin);
  return messagePortPort(await arrived);
}
