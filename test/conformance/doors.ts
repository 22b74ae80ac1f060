/** The ways to the engine that carry the contract: itself, a MessagePort as Electron has it, and the web door. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { WebSocket } from 'ws';
import { createClient } from '../../core/contract/client.ts';
import { messagePortPort } from '../../core/contract/message-port.ts';
import { serveContract } from '../../core/contract/serve-contract.ts';
import { socketPath, webSocketPort } from '../../core/contract/web-socket-port.ts';
import type { Contract } from '../../core/contract.ts';
import { openWebDoor } from '../../main/doors/web.ts';
import { createEngine } from '../../main/engine.ts';

export interface OpenDoor {
  readonly first: Contract;
  /** A second client of the same engine. */
  readonly second: Contract;
  /** Ends the engine as well. */
  close(): Promise<void>;
}

export interface Door {
  readonly name: string;
  open(runsFolder: string): Promise<OpenDoor>;
}

const direct: Door = {
  name: 'the engine itself',
  async open(runsFolder) {
    const engine = createEngine({ runsFolder });
    return { first: engine, second: engine, close: () => engine.close() };
  },
};

const messagePort: Door = {
  name: 'a MessagePort',
  async open(runsFolder) {
    const engine = createEngine({ runsFolder });
    const connect = () => {
      const { port1, port2 } = new MessageChannel();
      serveContract(messagePortPort(port1), engine);
      return createClient(messagePortPort(port2));
    };
    const clients = [connect(), connect()] as const;
    return {
      first: clients[0],
      second: clients[1],
      async close() {
        await engine.close();
        for (const client of clients) client.close();
      },
    };
  },
};

const web: Door = {
  name: 'the web door',
  async open(runsFolder) {
    const engine = createEngine({ runsFolder });
    const rendererFolder = mkdtempSync(join(tmpdir(), 'llmatic-page-'));
    writeFileSync(join(rendererFolder, 'index.html'), '<!doctype html>');
    const door = await openWebDoor({ engine, port: 0, rendererFolder });
    const url = new URL(door.url);
    const connect = async () =>
      createClient(await webSocketPort(new WebSocket(`ws://${url.host}${socketPath}${url.search}`)));
    return {
      first: await connect(),
      second: await connect(),
      async close() {
        await engine.close();
        await door.close();
        rmSync(rendererFolder, { recursive: true });
      },
    };
  },
};

export const doors: readonly Door[] = [direct, messagePort, web];
