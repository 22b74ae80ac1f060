// Ports over the platform's own carriers: Node's MessageChannel, an emitter in Electron's manner, and the text rules.
import { EventEmitter } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagePortPort } from '../../../core/contract/message-port.ts';
import { textPort, utf8Bytes } from '../../../core/contract/text-port.ts';
import { messageLimit, type Port, requestBounds, type Unread } from '../../../core/contract/wire.ts';

const next = (port: Port): Promise<unknown> => new Promise((resolve) => port.onMessage(resolve));
const end = (port: Port): Promise<void> => new Promise((resolve) => port.onClose(resolve));

describe('a text port', () => {
  it('counts the bytes that Node writes for any text, lone surrogates too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.integer({ min: 0, max: 0xffff })), (text, units) => {
        const any = text + String.fromCharCode(...units);
        expect(utf8Bytes(any)).toBe(Buffer.byteLength(any, 'utf8'));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps what comes before somebody listens, in order', () => {
    const { port, receive } = textPort({ send: () => {}, close: () => {} });
    receive('1');
    receive('{"two":2}');
    const heard: unknown[] = [];
    port.onMessage((message) => heard.push(message));
    receive('3');
    expect(heard).toEqual([1, { two: 2 }, 3]);
  });

  it('passes a text that is no JSON on as undefined, and closes on what is no text or is too large', () => {
    for (const [given, ends] of [
      ['{', false],
      [new Uint8Array([1]), true],
      [{ type: 'call' }, true],
      ['"'.padEnd(messageLimit + 1, 'x'), true],
      ['ä'.repeat(messageLimit / 2 + 1), true],
    ] as const) {
      let closes = 0;
      const { port, receive } = textPort({ send: () => {}, close: () => closes++ });
      const heard: unknown[] = [];
      port.onMessage((message) => heard.push(message));
      receive(given);
      receive('1');
      expect([closes, heard]).toEqual(ends ? [1, []] : [0, [undefined, 1]]);
    }
  });

  it('refuses to send beyond the limit, whole to the byte, and sends nothing once closed', () => {
    const sent: string[] = [];
    const { port } = textPort({ send: (text) => sent.push(text), close: () => {} }, 'engine');
    port.send('x'.repeat(messageLimit - 2));
    expect(() => port.send('x'.repeat(messageLimit - 1))).toThrow(RangeError);
    expect(() => port.send('ä'.repeat(messageLimit / 2))).toThrow(/beyond the limit of 8388608/);
    port.close();
    port.send(1);
    expect(sent.map((text) => text.length)).toEqual([messageLimit]);
  });

  it('sends nothing as a client that the engine would not read', () => {
    const sent: string[] = [];
    const { port } = textPort({ send: (text) => sent.push(text), close: () => {} }, 'client');
    port.send('x'.repeat(requestBounds.characters - 2));
    expect(() => port.send('x'.repeat(requestBounds.characters - 1))).toThrow(RangeError);
    expect(sent).toHaveLength(1);
  });

  it('reads nothing as the engine that is beyond its bounds, and says why and to which call', () => {
    const heard: [unknown, Unread | null][] = [];
    const { port, receive } = textPort({ send: () => {}, close: () => {} }, 'engine');
    port.onMessage((message, unread) => heard.push([message, unread]));
    const call = (id: number, params: string) => `{"type":"call","id":${id},"name":"search.check","params":${params}}`;
    receive(call(1, `[${'1,'.repeat(100_000)}1]`));
    receive(call(2, `${'['.repeat(100)}${']'.repeat(100)}`));
    receive(call(3, `"${'x'.repeat(300_000)}"`));
    receive(call(4, '{"secret":hunter2}'));
    receive(`{"params":${'['.repeat(100)}`);
    receive(call(5, '{"a":[1]}'));
    expect(heard.map(([, unread]) => unread)).toEqual([
      { id: 1, why: 'A message has more than 5,000 values: it is too large to be read.' },
      { id: 2, why: expect.stringMatching(/more than 24 deep/) },
      { id: 3, why: expect.stringMatching(/more than 262,144 characters/) },
      { id: 4, why: 'A message is not JSON: line 1, column 64.' },
      { id: null, why: expect.stringMatching(/more than 24 deep/) },
      null,
    ]);
    expect(heard.map(([message]) => message)).toEqual([
      ...Array.from({ length: 5 }, () => undefined),
      { type: 'call', id: 5, name: 'search.check', params: { a: [1] } },
    ]);
  });

  it('closes on a flood that nobody has listened to yet', () => {
    let closes = 0;
    const { receive } = textPort({ send: () => {}, close: () => closes++ }, 'engine');
    for (let count = 0; count < 1500; count++) receive('1');
    expect(closes).toBe(1);
  });

  it('tells its end once, whoever ends it, and also whoever asks afterwards', async () => {
    const { port, ended } = textPort({ send: () => {}, close: () => ended() });
    let ends = 0;
    port.onClose(() => ends++);
    port.close();
    port.close();
    ended();
    expect(ends).toBe(1);
    await end(port);
  });
});

describe('a MessagePort', () => {
  it('carries JSON both ways between the ends of a MessageChannel, and both hear the end', async () => {
    const { port1, port2 } = new MessageChannel();
    const [one, two] = [messagePortPort(port1), messagePortPort(port2)];
    one.send({ a: [1, null, 'ü'], gone: undefined });
    expect(await next(two)).toStrictEqual({ a: [1, null, 'ü'] });
    two.send('back');
    expect(await next(one)).toBe('back');
    const ends = [end(one), end(two)];
    two.close();
    await Promise.all(ends);
  });

  it('closes when the far side sends a value that is no text', async () => {
    const { port1, port2 } = new MessageChannel();
    const one = messagePortPort(port1);
    const ended = end(one);
    port2.postMessage({ type: 'call' });
    await ended;
    port2.close();
  });

  it("speaks with an emitter's words, as Electron's MessagePortMain does", async () => {
    const emitter = new EventEmitter();
    const sent: string[] = [];
    let started = false;
    const port = messagePortPort({
      postMessage: (text) => sent.push(text),
      start: () => {
        started = true;
      },
      close: () => emitter.emit('close'),
      on: (type: string, listener: (event: { data: unknown }) => void) => emitter.on(type, listener),
    });
    expect(started).toBe(true);
    emitter.emit('message', { data: '{"a":1}', ports: [] });
    expect(await next(port)).toEqual({ a: 1 });
    port.send([2]);
    expect(sent).toEqual(['[2]']);
    const ended = end(port);
    port.close();
    await ended;
  });
});
