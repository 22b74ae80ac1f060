/** Answers a client's calls with the engine, and passes events on, until the port closes. */
import * as z from 'zod';
import { type CallName, type CallOptions, callNames, calls, type Engine } from '../contract.ts';
import { fail } from '../failure.ts';
import type { ContractEvent } from './events.ts';
import { type ContractFailure, toContractFailure } from './failure.ts';
import { type Port, type ToClient, type ToEngine, toEngineSchema } from './wire.ts';

/** What these began is not for their caller alone: a page that is loaded anew must not end what it has started. */
const outlivingTheirClient: ReadonlySet<string> = new Set<CallName>([
  'search.start',
  'search.resume',
  'conversions.start',
]);

/** Calls of one client that are answered at the same time; more are refused, so that a mad client harms only itself. */
const callsAtOnce = 256;

const numberedSchema = z.object({ type: z.literal('call'), id: z.int().min(0) });

function isCallName(name: string): name is CallName {
  return callNames.some((known) => known === name);
}

/** What a call's abort signal needs of the platform's. */
function cancellation(): { readonly signal: NonNullable<CallOptions['signal']>; abort(): void } {
  const listeners: (() => void)[] = [];
  let aborted = false;
  return {
    signal: {
      get aborted() {
        return aborted;
      },
      addEventListener: (_type, listener) => listeners.push(listener),
    },
    abort() {
      if (aborted) return;
      aborted = true;
      for (const listener of listeners) listener();
    },
  };
}

async function answer(
  engine: Pick<Engine, 'call'>,
  { name, params }: Extract<ToEngine, { type: 'call' }>,
  options: CallOptions,
): Promise<unknown> {
  if (!isCallName(name)) return fail('message', `There is no call ${JSON.stringify(name)} in this version.`);
  // The schema belongs to the call of this name; the compiler cannot see that through the union of all calls.
  const schema: (typeof calls)[CallName]['params'] = calls[name].params;
  return engine.call(name, schema.parse(params) as never, options);
}

/** The number that an unreadable call gives itself, so that whoever waits for its answer gets one. */
function numberOf(raw: unknown): number | null {
  return numberedSchema.safeParse(raw).data?.id ?? null;
}

/** Serves the engine on a port. Returns how to end it; the port closing ends it as well. */
export function serveContract(port: Port, engine: Pick<Engine, 'call' | 'subscribe'>): () => void {
  const underWay = new Map<number, { readonly name: string; abort(): void }>();
  let open = true;

  const send = (
    message: ToClient | { readonly type: 'result'; readonly id: number; readonly value: unknown },
  ): void => {
    if (open) port.send(message);
  };
  const tell = (event: ContractEvent): void => {
    try {
      send({ type: 'event', event });
    } catch (error) {
      // One that cannot be sent must harm neither the engine that tells it nor its other clients.
      if (!(error instanceof RangeError)) throw error;
    }
  };
  const refuse = (id: number | null, failure: ContractFailure): void => send({ type: 'failure', id, failure });

  const take = async (message: Extract<ToEngine, { type: 'call' }>): Promise<void> => {
    const { id } = message;
    if (underWay.has(id)) {
      return refuse(id, {
        code: 'message',
        message: `Call ${id} is under way already; give each its number.`,
        data: {},
      });
    }
    if (underWay.size >= callsAtOnce) {
      const sentence = `${callsAtOnce} calls are under way; wait for one of them to be answered.`;
      return refuse(id, { code: 'message', message: sentence, data: {} });
    }
    const { signal, abort } = cancellation();
    underWay.set(id, { name: message.name, abort });
    try {
      const value = await answer(engine, message, { signal });
      // A call without a result answers with null, since JSON knows no undefined.
      send({ type: 'result', id, value: value ?? null });
    } catch (error) {
      refuse(id, toContractFailure(error));
    } finally {
      underWay.delete(id);
    }
  };

  const unsubscribe = engine.subscribe(tell);
  const end = (): void => {
    if (!open) return;
    open = false;
    unsubscribe();
    for (const { name, abort } of underWay.values()) {
      if (!outlivingTheirClient.has(name)) abort();
    }
  };
  port.onClose(end);
  port.onMessage((raw, unread) => {
    if (!open) return;
    const message = toEngineSchema.safeParse(raw).data;
    if (unread !== null || message === undefined) {
      const id = unread === null ? numberOf(raw) : unread.id;
      const why = unread?.why ?? 'A message that is no call and no cancellation was left out.';
      refuse(id === null || underWay.has(id) ? null : id, { code: 'message', message: why, data: {} });
    } else if (message.type === 'cancel') {
      underWay.get(message.id)?.abort();
    } else {
      void take(message);
    }
  });
  return () => {
    end();
    port.close();
  };
}
