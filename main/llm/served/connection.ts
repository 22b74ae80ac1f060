/**
 * Requests to one server and to nothing else: no redirect is followed, no proxy used, and for an address of this
 * machine every connection is made to loopback, whatever its name stands for by then. Times and sizes are bounded.
 */
import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type * as z from 'zod';
import type { Cancellation } from '../../../core/cancellation.ts';
import { FailureError, fail } from '../../../core/failure.ts';
import { parseJsonText } from '../../../core/json-text.ts';
import { resolveHost, type ServedAddress } from './address.ts';
import type { ServerKey } from './keys.ts';
import { errorSchema, type Words } from './protocol.ts';

/** The server could not be reached, or went silent, or says that it is busy: asking again may help. */
export class ServerGone extends Error {
  override readonly name = 'ServerGone';
  /** Whether it said that it is there and not ready yet. */
  readonly busy: boolean;

  constructor(message: string, busy = false) {
    super(message);
    this.busy = busy;
  }
}

/** The server answered with another status than 200. */
export class ServerRefused extends Error {
  override readonly name = 'ServerRefused';
  readonly status: number;
  readonly words: Words;

  constructor(status: number, words: Words) {
    super(`${status}: ${words.message}`);
    this.status = status;
    this.words = words;
  }
}

export interface Limits {
  /** Milliseconds until a connection is there. */
  readonly connect: number;
  /** Milliseconds without a byte: a server may read a long prompt, or load its model first. */
  readonly silence: number;
  /** Milliseconds of one answer. */
  readonly longest: number;
  /** Bytes of one text with all that is told around it. */
  readonly bytes: number;
}

export interface Connection {
  /** `The server at http://127.0.0.1:8080/v1`, for errors. */
  readonly who: string;
  /** What is to be done where the server asks for a key. */
  readonly keyRemedy: string;
  /** A path that begins with `/` below the address; one that begins with `//` beside its `/v1`. */
  ask<S extends z.ZodType>(path: string, schema: S, body?: object, signal?: Cancellation): Promise<z.output<S>>;
  /** Sends a body and gives the answer's bytes to `take` as they come, until it returns false. */
  stream(
    path: string,
    body: object,
    take: (bytes: Uint8Array, type: string) => boolean,
    signal?: Cancellation,
  ): Promise<void>;
  /** Ends what is under way. */
  close(): void;
}

const wordsKept = 300;
const errorBytes = 1 << 16;
/** Bytes of an answer that is not a text: a list of ten thousand models has less. */
const listBytes = 1 << 22;
/** Of an answer that is JSON: ten thousand models, each with what a server says of it. */
const answerBounds = { characters: listBytes, depth: 16, values: 400_000 };

/** One line of a server's own words, without control characters and without the key. */
function clean(text: string, key: string | null): string {
  const hidden = key === null || key === '' ? text : text.replaceAll(key, '(key)');
  return hidden
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, wordsKept);
}

function wordsOf(text: string, key: string | null): Words {
  try {
    const { message, type, code } = errorSchema.parse(JSON.parse(text));
    return { message: clean(message, key), type: type ?? null, code };
  } catch {
    return { message: clean(text, key), type: null, code: null };
  }
}

const systemWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  EHOSTUNREACH: 'its machine cannot be reached',
  ENETUNREACH: 'its network cannot be reached',
  ETIMEDOUT: 'it does not answer',
  EPROTO: 'it does not speak https there; is its address one with http',
};

/** Why a connection failed, in words; of several tries (localhost has two addresses) the first. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return systemWords[code] ?? (error instanceof Error ? error.message : String(error));
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly location: string;
  readonly message: IncomingMessage;
}

/** The key is sent to this address alone, and named in no error. */
export function connectionTo(
  address: ServedAddress,
  { value: key, remedy: keyRemedy }: ServerKey,
  limits: Limits,
): Connection {
  const who = `The server at ${address.base}`;
  const isSecure = address.base.startsWith('https:');
  // Agents of its own, without the proxies that the environment may name for the global ones.
  const agent = isSecure ? new SecureAgent({ keepAlive: false }) : new PlainAgent({ keepAlive: false });
  const send = isSecure ? secureRequest : plainRequest;
  const ending = new AbortController();

  const lookup: LookupFunction = (host, options, callback) => {
    resolveHost(host, address.loopback).then(
      (found) => {
        const [first] = found;
        if (options.all === true) callback(null, found);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 4),
    );
  };

  function urlOf(path: string): URL {
    const root = path.startsWith('//') ? address.base.replace(/\/v1$/, '') : address.base;
    return new URL(root + path.replace(/^\/\//, '/'));
  }

  /** One request; `use` reads its answer. The connection ends with it. */
  async function exchange<T>(
    path: string,
    body: object | null,
    signal: Cancellation | undefined,
    use: (reply: Reply) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const text = body === null ? '' : JSON.stringify(body);
    const headers = {
      accept: 'text/event-stream, application/json',
      ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    };
    const request = send(urlOf(path), { method: body === null ? 'GET' : 'POST', headers, agent, lookup });
    const abort = (): void => void request.destroy(new Error('given up'));
    signal?.addEventListener('abort', abort, { once: true });
    ending.signal.addEventListener('abort', abort, { once: true });
    let given: ServerGone | null = null;
    /** Ends the request for a reason that the connection's own error would hide. */
    const giveUp = (reason: string): void => {
      given ??= new ServerGone(reason);
      request.destroy(given);
    };
    const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 100) / 10} s`;
    const tooLong = setTimeout(() => {
      giveUp(`its answer took longer than ${seconds(limits.longest)}`);
    }, limits.longest);
    request.setTimeout(limits.silence, () => {
      giveUp(`it has said nothing for ${seconds(limits.silence)}`);
    });
    const slow = setTimeout(() => {
      giveUp(`it does not take a connection within ${seconds(limits.connect)}`);
    }, limits.connect);
    request.on('socket', (socket) => {
      socket.on(isSecure ? 'secureConnect' : 'connect', () => clearTimeout(slow));
    });
    try {
      const message = await new Promise<IncomingMessage>((resolve, reject) => {
        request.on('response', resolve);
        request.on('error', reject);
        request.end(text);
      });
      const type = message.headers['content-type'] ?? '';
      return await use({ status: message.statusCode ?? 0, type, location: message.headers.location ?? '', message });
    } catch (error) {
      signal?.throwIfAborted();
      if (ending.signal.aborted) return fail('closed', `The model at ${address.base} has been closed.`);
      if (given !== null) throw given;
      if (error instanceof FailureError || error instanceof ServerGone || error instanceof ServerRefused) throw error;
      throw new ServerGone(reasonOf(error));
    } finally {
      clearTimeout(slow);
      clearTimeout(tooLong);
      signal?.removeEventListener('abort', abort);
      ending.signal.removeEventListener('abort', abort);
      request.destroy();
    }
  }

  async function bytesOf(message: IncomingMessage, most: number): Promise<string> {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of message) {
      const bytes = Buffer.from(part);
      size += bytes.length;
      if (size > most) {
        return fail('server-answer', `${who} answered with more than ${most} bytes. Use another server.`);
      }
      parts.push(bytes);
    }
    if (!message.complete) throw new ServerGone('it broke off in the midst of its answer');
    return Buffer.concat(parts).toString('utf8');
  }

  /** Passes an answer of 200. @throws for any other */
  async function requireOk({ status, location, message }: Reply): Promise<void> {
    if (status === 200) return;
    if (status >= 300 && status < 400) {
      fail(
        'server',
        `${who} sends the request on to ${clean(location, key) || 'another address'}, and no redirect is followed. Give the address that is meant.`,
      );
    }
    const words = wordsOf(await bytesOf(message, errorBytes).catch(() => ''), key);
    if ([408, 425, 429, 502, 503, 504].includes(status)) {
      throw new ServerGone(`it is not ready (${status}${words.message === '' ? '' : `: ${words.message}`})`, true);
    }
    throw new ServerRefused(status, words);
  }

  return {
    who,
    keyRemedy,
    ask: (path, schema, body, signal) =>
      exchange(path, body ?? null, signal, async (reply) => {
        await requireOk(reply);
        return readJson(await bytesOf(reply.message, listBytes), schema, who);
      }),
    stream: (path, body, take, signal) =>
      exchange(path, body, signal, async (reply) => {
        await requireOk(reply);
        let size = 0;
        for await (const part of reply.message) {
          const bytes = Buffer.from(part);
          size += bytes.length;
          if (size > limits.bytes) {
            fail('server-answer', `${who} answered with more than ${limits.bytes} bytes. Use another server.`);
          }
          if (!take(bytes, reply.type)) return;
        }
        if (!reply.message.complete) throw new ServerGone('it broke off in the midst of its answer');
      }),
    close: () => ending.abort(),
  };
}

/** JSON by its schema. @throws FailureError `server-answer` naming what is wrong with it */
export function readJson<S extends z.ZodType>(text: string, schema: S, who: string): z.output<S> {
  let value: unknown;
  try {
    value = parseJsonText(text, who, answerBounds);
  } catch {
    const begin = clean(text, null).slice(0, 60);
    return fail(
      'server-answer',
      `${who} answered with what is no JSON: ${begin || 'nothing'}. Is it an OpenAI-compatible server?`,
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return fail(
    'server-answer',
    `${who} answered with JSON of another form than the protocol's: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}. Is it an OpenAI-compatible server?`,
  );
}
