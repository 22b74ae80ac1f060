/** Answers a client's calls with the engine, and passes events on, until the port closes. */
import { type CallName, type CallOptions, callNames, calls, type Engine } from '../contract.ts';
import { fail } from '../failure.ts';
import { type ContractFailure, toContractFailure } from './failure.ts';
import { type Port, type ToClient, type ToEngine, toEngineSchema } from './wire.ts';

/** Calls of one client that are answered at the same time; more are refused, so that a mad client harms only itself. */
const callsAtOnce = 256;

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

/** Serves the engine on a port. Returns how to end it; the port closing ends it as well. */
export function serveContract(port: Port, engine: Pick<Engine, 'call' | 'subscribe'>): () => void {
  const underWay = new Map<number, () => void>();
  let open = true;

  const send = (
    message: ToClient | { readonly type: 'result'; readonly id: number; readonly value: unknown },
  ): void => {
    if (open) port.send(message);
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
    underWay.set(id, abort);
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

  const unsubscribe = engine.subscribe((event) => send({ type: 'event', event }));
  const end = (): void => {
    if (!open) return;
    open = false;
    unsubscribe();
    for (const abort of underWay.values()) abort();
  };
  port.onClose(end);
  port.onMessage((raw) => {
    if (!open) return;
    const message = toEngineSchema.safeParse(raw);
    if (!message.success) {
      refuse(null, {
        code: 'message',
        message: 'A message that is no call and no cancellation was left out.',
        data: {},
      });
    } else if (message.data.type === 'cancel') {
      underWay.get(message.data.id)?.();
    } else {
      void take(message.data);
    }
  });
  return () => {
    end();
    port.close();
  };
}
