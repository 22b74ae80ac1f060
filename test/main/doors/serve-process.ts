/** `serve` as a process of its own, and clients of it. */
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { type Client, createClient } from '../../../core/contract/client.ts';
import { socketPath, webSocketPort } from '../../../core/contract/web-socket-port.ts';
import { startCli } from './run-cli.ts';

export interface Served {
  /** Lines of stdout so far. */
  readonly lines: readonly string[];
  /** The first of them, or what it said instead. */
  readonly first: string;
  readonly pid: number;
  /** Ctrl-C; resolves with the exit code. */
  interrupt(): Promise<number | null>;
  /** Ends it without a warning, as a power cut would. */
  kill(): Promise<void>;
}

/** Resolves with its first line. Runs lie in the folder `runs` below `folder`. */
export async function startServe(
  words: readonly string[],
  { folder, home }: { readonly folder: string; readonly home: string },
): Promise<Served> {
  const child = startCli(['serve', '--runs', join(folder, 'runs'), ...words], {
    cwd: folder,
    environment: { LLMATIC_HOME: home },
  });
  const ended = once(child, 'close');
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  await Promise.race([once(reader, 'line'), ended]);
  return {
    lines,
    first: lines[0] ?? said,
    pid: child.pid ?? 0,
    async interrupt() {
      child.kill('SIGINT');
      await ended;
      return child.exitCode;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A client at the address that `serve` printed. */
export async function connectTo(address: string): Promise<Client> {
  const url = new URL(address);
  return createClient(await webSocketPort(new WebSocket(`ws://${url.host}${socketPath}${url.search}`)));
}
