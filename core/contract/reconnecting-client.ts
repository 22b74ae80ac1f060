/** A client that outlives its connections: it connects again after a break, and says where it stands meanwhile. */
import type { CallName, CallOptions, Contract, Params, Result } from '../contract.ts';
import { FailureError } from '../failure.ts';
import { type Client, createClient } from './client.ts';
import type { ContractEvent } from './events.ts';
import type { Port } from './wire.ts';

export type ConnectionState = 'connecting' | 'open' | 'broken' | 'closed';

export interface ReconnectingOptions {
  /** Opens a connection; rejects where the engine is not there. */
  connect(): Promise<Port>;
  /** Resolves after so many milliseconds: core reads no clock. */
  wait(milliseconds: number): Promise<void>;
  /** `open` also after a break: what was shown must then be asked for again, since events were missed. */
  onState?(state: ConnectionState): void;
}

export interface ReconnectingClient extends Contract {
  readonly state: ConnectionState;
  close(): void;
}

/** Milliseconds before try `attempt` (from 0): quick at first, then every four seconds. */
function pause(attempt: number): number {
  return Math.min(4000, 250 * 2 ** attempt);
}

function closedError(): FailureError {
  return new FailureError({ kind: 'closed', message: 'The connection to the engine was closed.' });
}

export function createReconnectingClient({ connect, wait, onState }: ReconnectingOptions): ReconnectingClient {
  const listeners = new Set<(event: ContractEvent) => void>();
  let state: ConnectionState = 'connecting';
  let client: Client | null = null;
  /** Calls that wait for a connection. */
  const waiting = new Set<{ go(client: Client): void; give(error: FailureError): void }>();

  const enter = (next: ConnectionState): void => {
    if (state === 'closed' || state === next) return;
    state = next;
    onState?.(next);
  };

  // Read through a function: the compiler would else hold on to what it last saw.
  const isClosed = (): boolean => state === 'closed';

  /** Takes a port into use until it closes. */
  function use(port: Port): void {
    const opened = createClient(port);
    opened.subscribe((event) => {
      for (const listener of [...listeners]) listener(event);
    });
    client = opened;
    opened.onClose(() => {
      if (client !== opened) return;
      client = null;
      if (isClosed()) return;
      enter('broken');
      // An engine that accepts and closes at once is not to be asked without a pause.
      void connectAgain(pause(0));
    });
    enter('open');
    for (const call of [...waiting]) call.go(opened);
  }

  async function connectAgain(firstPause: number): Promise<void> {
    if (firstPause > 0) await wait(firstPause);
    for (let attempt = 0; !isClosed(); attempt++) {
      try {
        const port = await connect();
        if (isClosed()) port.close();
        else use(port);
        return;
      } catch {
        enter('broken');
        await wait(pause(attempt));
      }
    }
  }

  /** The client at hand, or that of the next connection; rejects where the call is aborted or all is closed before. */
  function connected(name: CallName, signal: CallOptions['signal']): Promise<Client> {
    if (isClosed()) return Promise.reject(closedError());
    if (client !== null) return Promise.resolve(client);
    return new Promise((resolve, reject) => {
      const call = {
        go(opened: Client): void {
          waiting.delete(call);
          resolve(opened);
        },
        give(error: FailureError): void {
          waiting.delete(call);
          reject(error);
        },
      };
      waiting.add(call);
      const cancelled = (): void =>
        call.give(new FailureError({ kind: 'cancelled', message: `${name} was cancelled.` }));
      if (signal?.aborted === true) cancelled();
      else signal?.addEventListener('abort', cancelled);
    });
  }

  void connectAgain(0);

  return {
    get state() {
      return state;
    },
    /** Waits for the connection; a call under way when it breaks rejects, since it may have been carried out. */
    async call<N extends CallName>(name: N, params: Params<N>, options?: CallOptions): Promise<Result<N>> {
      const at = await connected(name, options?.signal);
      return at.call(name, params, options);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      enter('closed');
      client?.close();
      client = null;
      for (const call of [...waiting]) call.give(closedError());
    },
  };
}
