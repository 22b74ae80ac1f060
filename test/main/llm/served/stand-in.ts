/**
 * A server that stands in for llama-server, Ollama or LM Studio: it answers on loopback as their protocol says, or as a
 * broken one would. (The real llama-server answers in test/main/llm/served/llama-server.full.test.ts.)
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly path: string;
  readonly authorization: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: what a client sends is looked into field by field
  readonly body: any;
  /** Resolves when the client has closed its connection. */
  readonly gone: Promise<void>;
}

export type Respond = (response: ServerResponse, asked: Asked) => unknown;

export interface StandIn {
  /** `http://127.0.0.1:PORT/v1` */
  readonly address: string;
  readonly port: number;
  readonly asked: Asked[];
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const part of request) text += String(part);
  return text === '' ? null : JSON.parse(text);
}

export function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** A list of models, as `owner` tells it. */
export function listing(ids: readonly string[], owner = 'library', meta: object | undefined = undefined): Respond {
  const data = ids.map((id) => ({ id, object: 'model', created: 1, owned_by: owner, ...(meta ? { meta } : {}) }));
  return (response) => json(response, 200, { object: 'list', data });
}

export interface Frames {
  readonly usage?: number;
  readonly finish?: string;
  /** `\n` or `\r\n`. */
  readonly line?: string;
  /** Leaves out [DONE] and the finish. */
  readonly open?: boolean;
}

/** A streamed answer of these pieces, as its bytes. */
export function frames(form: 'chat' | 'completion', pieces: readonly string[], how: Frames = {}): Buffer {
  const { usage, finish = 'stop', line = '\n', open = false } = how;
  const event = (value: unknown): string => `data: ${JSON.stringify(value)}${line}${line}`;
  const choice = (text: string | null, reason: string | null): object =>
    form === 'chat'
      ? { index: 0, delta: text === null ? {} : { content: text }, finish_reason: reason }
      : { index: 0, text: text ?? '', finish_reason: reason };
  const events = pieces.map((piece) => event({ id: 'x', choices: [choice(piece, null)] }));
  const head = form === 'chat' ? event({ choices: [{ index: 0, delta: { role: 'assistant', content: null } }] }) : '';
  const told = usage === undefined ? '' : event({ choices: [], usage: { completion_tokens: usage, total_tokens: 99 } });
  const tail = open ? '' : `${event({ choices: [choice(null, finish)] })}${told}data: [DONE]${line}${line}`;
  return Buffer.from(`: ping${line}${line}${head}${events.join('')}${tail}`);
}

/** Answers with these bytes as an event stream. */
export function streaming(bytes: Buffer): Respond {
  return (response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(bytes);
}

/** Starts it; `routes` by path. What is not in them is not found. */
export async function standIn(routes: Readonly<Record<string, Respond>>): Promise<StandIn> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const one: Asked = {
      path,
      authorization: request.headers.authorization ?? null,
      body: await bodyOf(request),
      gone: new Promise((resolve) => response.on('close', resolve)),
    };
    asked.push(one);
    const route = routes[path];
    if (route === undefined) json(response, 404, { error: { message: 'File Not Found', code: 404 } });
    else route(response, one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/v1`,
    port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
