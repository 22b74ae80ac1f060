/** The engine's process of the packaged app, run with plain Node in Electron's stead, and a client of its contract. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Client, createClient } from '../../core/contract/client.ts';
import { textPort } from '../../core/contract/text-port.ts';
import { type FromEngineProcess, fromEngineProcessSchema } from '../../main/doors/electron/engine-messages.ts';

export interface PackagedEngine {
  readonly client: Client;
  readonly child: ChildProcess;
  /** Sends what the window's process would send; resolves with the next answer. */
  ask(message: { readonly type: 'working' }): Promise<FromEngineProcess>;
  /** Tells it to close; resolves with its exit code. */
  close(): Promise<number | null>;
  /** What it wrote on stderr. */
  said(): string;
}

/** @param app the packaged app's folder; @param home LLMATIC_HOME of the process, which also holds `runs` */
export async function startPackagedEngine(app: string, home: string): Promise<PackagedEngine> {
  const parentPort = pathToFileURL(join(import.meta.dirname, 'stand-in-parent-port.ts')).href;
  const child = fork(join(app, 'dist', 'main', 'engine-process.js'), [join(home, 'runs')], {
    cwd: home,
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', parentPort],
    env: { ...process.env, LLMATIC_HOME: home },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.on('data', (text) => {
    said += text;
  });
  const { port, receive, ended } = textPort({
    send: (text) => void child.send({ to: 'port', text }),
    close: () => {},
  });
  const answers: ((message: FromEngineProcess) => void)[] = [];
  const next = (): Promise<FromEngineProcess> =>
    new Promise((resolve, reject) => {
      answers.push(resolve);
      child.once('close', (code) => reject(new Error(`The engine's process ended with ${code}: ${said}`)));
    });
  child.on('message', (sent: { to: 'page'; text: string } | { to: 'door'; message: unknown }) => {
    if (sent.to === 'page') receive(sent.text);
    else answers.shift()?.(fromEngineProcessSchema.parse(sent.message));
  });
  child.on('close', ended);
  const ready = next();
  child.send({ to: 'engine', data: { type: 'connect' } });
  const client = createClient(port);
  await ready;
  return {
    client,
    child,
    ask(message) {
      const answer = next();
      child.send({ to: 'engine', data: message });
      return answer;
    },
    async close() {
      const closed = once(child, 'close');
      child.send({ to: 'engine', data: { type: 'close' } });
      await closed;
      return child.exitCode;
    },
    said: () => said,
  };
}
