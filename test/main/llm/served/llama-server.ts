/** The real llama-server, from a Python package of the full tier. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const python = process.env.LLMATIC_PYTHON ?? join(root, '.oracle', 'bin', 'python');

export interface LlamaServer {
  /** `http://127.0.0.1:PORT/v1` */
  readonly address: string;
  readonly port: number;
  /** Kills it, as a crash would. */
  kill(): Promise<void>;
}

/** Starts it with a model, at a port where one is given. @throws Error with its last words where it does not start */
export async function llamaServer(file: string, port = 0, key?: string): Promise<LlamaServer> {
  const words = [
    join(root, 'test', 'oracle', 'llama_server.py'),
    file,
    String(port),
    ...(key === undefined ? [] : [key]),
  ];
  const child: ChildProcess = spawn(python, words, { stdio: ['pipe', 'pipe', 'pipe'] });
  let told = '';
  let said = '';
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.stderr?.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-2000);
    });
    child.stdout?.on('data', (chunk) => {
      told += String(chunk);
      const found = /^address (\S+)\n/m.exec(told)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`${python}: llama-server did not start. It wrote: ${said}`)));
  });
  return {
    address: `${address}/v1`,
    port: Number(new URL(address).port),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
