/**
 * Loaded before the engine's process (`node --import`): gives plain Node what Electron's utilityProcess has,
 * process.parentPort, over the channel of a forked child. A page's port is carried over the same channel as text.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';

type Listener = (event: { data: unknown; ports: unknown[] }) => void;

let page: MessagePort | null = null;

/** One end of a new channel, in the words of Electron's MessagePortMain; the other end is the parent process. */
function portToParent(): unknown {
  const { port1, port2 } = new MessageChannel();
  page = port2;
  port2.on('message', (text) => process.send?.({ to: 'page', text }));
  return {
    on(type: string, listener: (event: { data: unknown } | undefined) => void) {
      port1.on(type, (data) => listener({ data }));
    },
    postMessage: (text: unknown) => port1.postMessage(text),
    start: () => port1.start(),
    close: () => port1.close(),
  };
}

Object.assign(process, {
  parentPort: {
    on(_type: 'message', listener: Listener) {
      process.on('message', (sent: { to: 'engine'; data: unknown } | { to: 'port'; text: string }) => {
        if (sent.to === 'port') return page?.postMessage(sent.text);
        const isConnect = JSON.stringify(sent.data).includes('"connect"');
        listener({ data: sent.data, ports: isConnect ? [portToParent()] : [] });
      });
    },
    postMessage: (message: unknown) => process.send?.({ to: 'door', message }),
  },
});
