/**
 * The MessagePort that the window's preload hands over. The page asks for one with
 * `window.postMessage('llmatic-port-wanted', origin)`, at first and after each break; the preload answers with
 * `window.postMessage('llmatic-port', origin, [port])`. One that comes unasked is taken as well.
 */
import { messageLimit, type Port } from '../../core/contract/wire.ts';

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
    }
  });
}

function portOf(port: MessagePort): Port {
  const closeListeners: (() => void)[] = [];
  let open = true;
  const ended = (): void => {
    if (!open) return;
    open = false;
    for (const listener of closeListeners) listener();
  };
  port.addEventListener('close', ended);
  return {
    send(message) {
      if (JSON.stringify(message).length > messageLimit) {
        throw new RangeError(`A message of more than ${messageLimit} characters is not sent.`);
      }
      if (open) port.postMessage(message);
    },
    onMessage(listener) {
      port.addEventListener('message', ({ data }) => listener(data));
      port.start();
    },
    onClose: (listener) => closeListeners.push(listener),
    close() {
      port.close();
      ended();
    },
  };
}

/** @throws Error where the preload hands over none within ten seconds */
export async function connectMessagePort(): Promise<Port> {
  if (spare !== null) {
    const port = spare;
    spare = null;
    return portOf(port);
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
  return portOf(await arrived);
}
