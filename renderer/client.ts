/**
 * The one client of the page: the contract, over the window's MessagePort under `app:` and over the WebSocket of the
 * page's own origin else. Views reach the engine through it and nothing else.
 */
import { type ConnectionState, createReconnectingClient } from '../core/contract/reconnecting-client.ts';
import { keyParameter, socketPath, webSocketPort } from '../core/contract/web-socket-port.ts';
import type { Port } from '../core/contract/wire.ts';
import type { Contract } from '../core/contract.ts';
import { keyOfThePage, takeKey } from './connection/key-of-the-page.ts';
import { connectPortOfTheWindow, listenForPorts } from './connection/port-of-the-window.ts';

function connect(): Promise<Port> {
  if (window.location.protocol === 'app:') return connectPortOfTheWindow();
  const address = new URL(socketPath, window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const key = keyOfThePage();
  if (key !== null) address.searchParams.set(keyParameter, key);
  return webSocketPort(new WebSocket(address));
}

const stateListeners = new Set<(state: ConnectionState) => void>();
takeKey();
listenForPorts();

export const client: Contract = createReconnectingClient({
  connect,
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  onState(state) {
    for (const listener of stateListeners) listener(state);
  },
});

/** Hears of the connection's state from now on; returns how to end that. */
export function onConnection(listener: (state: ConnectionState) => void): () => void {
  stateListeners.add(listener);
  return () => stateListeners.delete(listener);
}
