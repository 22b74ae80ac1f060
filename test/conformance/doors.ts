/**
 * The ways to the engine that carry the contract: itself, the window's ports, and the web door. The window's go the way
 * they go under Electron, through the supervisor and the engine's process; only Electron's channel and process are
 * stand-ins.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type Client, createClient } from '../../core/contract/client.ts';
import { messagePortPort } from '../../core/contract/message-port.ts';
import { socketPath, webSocketPort } from '../../core/contract/web-socket-port.ts';
import type { Contract } from '../../core/contract.ts';
import { superviseEngine } from '../../main/doors/electron/engine-supervisor.ts';
import { openWebDoor } from '../../main/doors/web.ts';
import { createEngine } from '../../main/engine.ts';
import { StandInChannel, type StandInPort, StandInProcess, serveOn } from '../main/doors/electron-stand-in.ts';

export interface OpenDoor {
  readonly first: Contract;
  /** A second client of the same engine. */
  readonly second: Contract;
  /** Ends the engine as well. */
  close(): Promise<void>;
}

export interface Door {
  readonly name: string;
  /** `folders`: what the person opened besides. */
  open(runsFolder: string, folders?: readonly string[]): Promise<OpenDoor>;
}

const engineOver = (runsFolder: string, folders: readonly string[] = []) =>
  createEngine({ runsFolder, opened: { folders, remedy: (path) => `Open ${path} first.` } });

const direct: Door = {
  name: 'the engine itself',
  async open(runsFolder, folders) {
    const engine = engineOver(runsFolder, folders);
    return { first: engine, second: engine, close: () => engine.close() };
  },
};

const messagePort: Door = {
  name: 'a MessagePort of the window',
  async open(runsFolder, folders) {
    const engine = engineOver(runsFolder, folders);
    const supervisor = superviseEngine<StandInPort>({
      start() {
        const child = new StandInProcess('engine-process', [runsFolder]);
        serveOn(child, engine);
        return child;
      },
      channel: () => new StandInChannel(),
      after: (milliseconds, callback) => void setTimeout(callback, milliseconds).unref(),
      onGivenUp(reason) {
        throw new Error(reason);
      },
    });
    const connect = () =>
      new Promise<Client>((resolve) =>
        supervisor.connect(({ inner }) => resolve(createClient(messagePortPort(inner)))),
      );
    const clients = [await connect(), await connect()] as const;
    return {
      first: clients[0],
      second: clients[1],
      async close() {
        await supervisor.close();
        for (const client of clients) client.close();
      },
    };
  },
};

const web: Door = {
  name: 'the web door',
  async open(runsFolder, folders) {
    const engine = engineOver(runsFolder, folders);
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
