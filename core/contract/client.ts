/** The contract on the far side of a port: what the window, the page and a script call the engine with. */
import * as z from 'zod';
import { type CallName, type CallOptions, type Contract, calls, type Params, type Result } from '../contract.ts';
import { FailureError } from '../failure.ts';
import type { ContractEvent } from './events.ts';
import { fromContractFailure } from './failure.ts';
import { type Port, toClientSchema } from './wire.ts';

export interface Client extends Contract {
  readonly open: boolean;
  onClose(listener: () => void): void;
  close(): void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

function closedError(): FailureError {
  return new FailureError({
    kind: 'closed',
    message: 'The connection to the engine is closed. Connect again, then repeat it.',
  });
}

function cancelledError(name: CallName): FailureError {
  return new FailureError({ kind: 'cancelled', message: `${name} was cancelled.` });
}

function tooLargeError(name: CallName): FailureError {
  return new FailureError({ kind: 'message', message: `The parameters of ${name} are too large to be sent.` });
}

function unreadableError(name: CallName, error: z.ZodError): FailureError {
  const message = `The engine's answer to ${name} is none that this version knows: ${z.prettifyError(error)}`;
  return new FailureError({ kind: 'message', message });
}

export function createClient(port: Port): Client {
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(event: ContractEvent) => void>();
  const closeListeners: (() => void)[] = [];
  let open = true;
  let nextId = 0;

  port.onMessage((raw) => {
    const message = toClientSchema.safeParse(raw);
    // An event of a newer engine that this client does not know; an unreadable answer leaves its call to the close.
    if (!message.success) return;
    if (message.data.type === 'event') {
      for (const listener of [...listeners]) listener(message.data.event);
      return;
    }
    const { id } = message.data;
    const call = id === null ? undefined : waiting.get(id);
    if (call === undefined || id === null) return;
    waiting.delete(id);
    if (message.data.type === 'result') call.resolve(message.data.value);
    else call.reject(fromContractFailure(message.data.failure));
  });
  port.onClose(() => {
    open = false;
    for (const call of waiting.values()) call.reject(closedError());
    waiting.clear();
    for (const listener of closeListeners) listener();
  });

  async function call<N extends CallName>(name: N, params: Params<N>, options: CallOptions = {}): Promise<Result<N>> {
    if (!open) throw closedError();
    if (options.signal?.aborted === true) throw cancelledError(name);
    const id = nextId++;
    const value = await new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      options.signal?.addEventListener('abort', () => {
        if (!waiting.delete(id)) return;
        port.send({ type: 'cancel', id });
        reject(cancelledError(name));
      });
      try {
        port.send({ type: 'call', id, name, params });
      } catch (error) {
        waiting.delete(id);
        reject(error instanceof RangeError ? tooLargeError(name) : error);
      }
    });
    const result = calls[name].result.safeParse(value);
    if (!result.success) throw unreadableError(name, result.error);
    // The schema of this call's name; the compiler cannot follow the name through the table.
    return result.data as Result<N>;
  }

  return {
    get open() {
      return open;
    },
    call,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onClose: (listener) => closeListeners.push(listener),
    close: () => port.close(),
  };
}
