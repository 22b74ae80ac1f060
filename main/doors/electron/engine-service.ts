/** The engine in a process of its own: serves the contract on each port handed over, and ends when told to. */
import { toContractFailure } from '../../../core/contract/failure.ts';
import { type EmitterMessagePort, messagePortPort } from '../../../core/contract/message-port.ts';
import { hasEnded } from '../../../core/contract/models.ts';
import { serveContract } from '../../../core/contract/serve-contract.ts';
import type { Engine } from '../../../core/contract.ts';
import type { OwnEngine } from '../../engine.ts';
import { type FromEngineProcess, toEngineProcessSchema, type Working } from './engine-messages.ts';

/** The way to the process that started this one: Electron's process.parentPort. */
interface ParentPort {
  on(
    type: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly EmitterMessagePort[] }) => void,
  ): unknown;
  postMessage(message: FromEngineProcess): void;
}

export interface EngineServiceOptions {
  readonly parent: ParentPort;
  create(): OwnEngine | Promise<OwnEngine>;
  /** Ends this process. */
  exit(code: number): void;
}

const workingStates: readonly string[] = ['starting', 'running', 'paused', 'stopping'];

async function workingIn(engine: Engine): Promise<Working> {
  const { runs } = await engine.call('runs.list', {});
  const { conversions } = await engine.call('conversions.list', {});
  return {
    runs: runs.filter(({ state }) => workingStates.includes(state)).map(({ id }) => id),
    conversions: conversions.filter((row) => !hasEnded(row)).map(({ file }) => file),
  };
}

/** Ports that come before the engine is ready wait for it. */
export function serveEngine({ parent, create, exit }: EngineServiceOptions): void {
  const engine = (async () => create())();
  engine.then(
    () => parent.postMessage({ type: 'ready' }),
    (error) => {
      parent.postMessage({ type: 'failed', failure: toContractFailure(error) });
      exit(1);
    },
  );

  async function close(): Promise<void> {
    try {
      await (await engine).close();
      exit(0);
    } catch {
      // What is recorded is safe; a process that cannot close in order ends without.
      exit(1);
    }
  }

  async function tellWorking(): Promise<void> {
    const { runs, conversions } = await engine.then(workingIn).catch((): Working => ({ runs: [], conversions: [] }));
    parent.postMessage({ type: 'working', runs: [...runs], conversions: [...conversions] });
  }

  async function open(path: string): Promise<void> {
    (await engine).choose(path);
    parent.postMessage({ type: 'opened', path });
  }

  parent.on('message', ({ data, ports }) => {
    const message = toEngineProcessSchema.safeParse(data);
    if (!message.success) return;
    const [port] = ports;
    if (message.data.type === 'close') void close();
    // An engine that cannot be made has told that already.
    else if (message.data.type === 'chosen') void open(message.data.path).catch(() => {});
    else if (message.data.type === 'working') void tellWorking();
    else if (port !== undefined) {
      const page = messagePortPort(port, 'engine');
      void engine.then(
        (ready) => serveContract(page, ready),
        () => page.close(),
      );
    }
  });
}
