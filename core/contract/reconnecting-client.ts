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

export function createReconnectingClient({ connect, wait, onState }: ReconnectingOptions): ReconnectingClient {
  const listeners = new Set<(event: ContractEvent) => void>();
  let state: ConnectionState = 'connecting';
  let client: Client | null = null;
  /** Resolves with the client of the connection under way or at hand. */
  let opening: Promise<Client>;

  const enter = (next: ConnectionState): void => {
    if (state === 'closed' || state === next) return;
    state = next;
    onState?.(next);
  };
  const closed = (): FailureError =>
    new FailureError({ kind: 'closed', message: 'The connection to the engine was closed.' });

  async function open(): Promise<Client> {
    for (let attempt = 0; ; attempt++) {
      if (state === 'closed') throw closed();
      try {
        const port = await connect();
        if (current() === 'closed') {
          port.close();
          throw closed();
        }
        const opened = createClient(port);
        opened.subscribe((event) => {
          for (const listener of [...listeners]) listener(event);
        });
        opened.onClose(() => {
          if (client !== opened) return;
          client = null;
          if (state === 'closed') return;
          start();
          enter('broken');
        });
        client = opened;
        enter('open');
        return opened;
      } catch (error) {
        if (current() === 'closed') throw error;
        enter('broken');
        await wait(pause(attempt));
      }
    }
  }

  // Read through a function: the compiler would else hold on to what it last saw.
  function current(): ConnectionState {
    return state;
  }

  function start(): void {
    opening = open();
    // Whoever calls hears of it; nobody calling is no failure.
    opening.catch(() => {});
  }

  opening = open();
  opening.catch(() => {});

  return {
    get state() {
      return state;
    },
    /** Waits for the connection; a call under way when it breaks rejects, since it may have been carried out. */
    async call<N extends CallName>(name: N, params: Params<N>, options?: CallOptions): Promise<Result<N>> {
      const at = client ?? (await opening);
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
    },
  };
}
