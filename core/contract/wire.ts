/** Messages between a client and the engine, over any port: calls, answers, cancellations, events. */
import * as z from 'zod';
import type { JsonBounds } from '../json-text.ts';
import { contractEventSchema } from './events.ts';
import { contractFailureSchema } from './failure.ts';

/** Largest message in either direction, in bytes of UTF-8: far above any answer, far below what would harm. */
export const messageLimit = 8 * 2 ** 20;

/**
 * What the engine reads of a client: a search with every setting changed is a tenth of it. Whatever is beyond is refused
 * before it is parsed.
 */
export const requestBounds: JsonBounds = { characters: 2 ** 18, depth: 24, values: 5000 };

const idSchema = z.int().min(0);

export const toEngineSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('call'), id: idSchema, name: z.string().max(100), params: z.unknown() }),
  z.strictObject({ type: z.literal('cancel'), id: idSchema }),
]);

export const toClientSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), id: idSchema, value: z.unknown() }),
  /** `id` is null where the message that failed could not be read. */
  z.object({ type: z.literal('failure'), id: idSchema.nullable(), failure: contractFailureSchema }),
  z.object({ type: z.literal('event'), event: contractEventSchema }),
]);

export type ToEngine = z.infer<typeof toEngineSchema>;
export type ToClient = z.infer<typeof toClientSchema>;

/** A message that was not read: why, and the number that a call in it seems to give itself. */
export interface Unread {
  readonly why: string;
  readonly id: number | null;
}

/**
 * One end of a two-way stream of values: a MessagePort, a WebSocket, a stand-in. Values are plain JSON; whoever
 * receives one parses it.
 */
export interface Port {
  /** Does nothing once the port is closed. @throws RangeError for a message beyond {@link messageLimit} */
  send(message: unknown): void;
  /** What could not be read reaches the listener as `undefined`, which no message is, with the reason. */
  onMessage(listener: (message: unknown, unread: Unread | null) => void): void;
  /** Called once, also where the far side ended it. */
  onClose(listener: () => void): void;
  close(): void;
}
