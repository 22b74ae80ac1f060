// Heavy calls in turns: how many pieces begin is counted, whoever asks how often.
import { describe, expect, it } from 'vitest';
import { toContractFailure } from '../../../core/contract/failure.ts';
import { heavyCalls, heavyKinds } from '../../../main/engine/heavy-calls.ts';
import { inTurns } from '../../../main/engine/turns.ts';

/** Work that ends when it is told to. */
function workshop() {
  const begun: string[] = [];
  const cancelled: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  let atOnce = 0;
  let most = 0;
  const work = (name: string) => async (signal: { addEventListener(type: 'abort', listener: () => void): void }) => {
    begun.push(name);
    atOnce += 1;
    most = Math.max(most, atOnce);
    signal.addEventListener('abort', () => cancelled.push(name));
    try {
      return await new Promise<string>((resolve, reject) =>
        ends.set(name, (error) => (error === undefined ? resolve(`${name} is done`) : reject(error))),
      );
    } finally {
      atOnce -= 1;
    }
  };
  return { begun, cancelled, work, end: (name: string, error?: Error) => ends.get(name)?.(error), most: () => most };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Aborted as a client's are. */
function aborting() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

const failureOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'answered',
    (error: unknown) => {
      const { code, message } = toContractFailure(error);
      return `${code}: ${message}`;
    },
  );

describe('heavy work', () => {
  it('is begun once for all who ask for the same at the same time, and anew for who asks afterwards', async () => {
    const { begun, work, end } = workshop();
    const turns = inTurns<string>('verifications', { atOnce: 1, waiting: 2 });
    const all = Array.from({ length: 2000 }, () => turns.take('verify a', undefined, work('a')));
    await settled();
    end('a');
    expect(new Set(await Promise.all(all))).toEqual(new Set(['a is done']));
    expect(begun).toEqual(['a']);
    void turns.take('verify a', undefined, work('a'));
    await settled();
    expect(begun).toEqual(['a', 'a']);
  });

  it('goes in the order in which it was asked for, so many at once, whatever becomes of those before', async () => {
    const { begun, work, end, most } = workshop();
    const turns = inTurns<string>('looks', { atOnce: 2, waiting: 8 });
    const answers = ['a', 'b', 'c', 'd'].map((name) => failureOf(turns.take(name, undefined, work(name))));
    await settled();
    expect(begun).toEqual(['a', 'b']);
    end('b', new Error('it broke'));
    await settled();
    expect(begun).toEqual(['a', 'b', 'c']);
    for (const name of ['a', 'c']) end(name);
    await settled();
    end('d');
    expect(await Promise.all(answers)).toEqual(['answered', 'internal: it broke', 'answered', 'answered']);
    expect(most()).toBe(2);
  });

  it('is refused with a sentence beyond those that may wait, and taken again once there is room', async () => {
    const { work, end, begun } = workshop();
    const turns = inTurns<string>('verifications', { atOnce: 1, waiting: 2 });
    for (const name of ['a', 'b', 'c']) void turns.take(name, undefined, work(name));
    const said = await Promise.all(
      Array.from({ length: 500 }, (_, index) => failureOf(turns.take(`x${index}`, undefined, work('x')))),
    );
    expect(new Set(said)).toEqual(
      new Set(['busy: 2 verifications wait for their turn already. Ask again when some of them are done.']),
    );
    // Who asks for one of those that wait still shares its answer.
    const shared = turns.take('c', undefined, work('c'));
    end('a');
    await settled();
    void turns.take('d', undefined, work('d'));
    end('b');
    await settled();
    end('c');
    expect(await shared).toBe('c is done');
    await settled();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
  });

  it('ends when the last who waits for it gives it up, keeps its turn until it has, and shares that with nobody', async () => {
    const { begun, cancelled, work, end } = workshop();
    const turns = inTurns<string>('verifications', { atOnce: 1, waiting: 2 });
    const [first, second, third] = [aborting(), aborting(), aborting()];
    const answers = [first, second].map(({ signal }) => failureOf(turns.take('verify a', signal, work('a'))));
    const waiting = failureOf(turns.take('verify b', third.signal, work('b')));
    await settled();
    first.abort();
    third.abort();
    expect([await answers[0], await waiting]).toEqual([
      'cancelled: verify was cancelled.',
      'cancelled: verify was cancelled.',
    ]);
    expect(cancelled).toEqual([]);
    second.abort();
    expect(await answers[1]).toBe('cancelled: verify was cancelled.');
    expect(cancelled).toEqual(['a']);
    const again = turns.take('verify a', undefined, work('again'));
    await settled();
    expect(begun).toEqual(['a']);
    end('a', new Error('killed'));
    await settled();
    expect(begun).toEqual(['a', 'again']);
    end('again');
    expect(await again).toBe('again is done');
    const late = aborting();
    late.abort();
    expect(await failureOf(turns.take('verify a', late.signal, work('never')))).toMatch(/^cancelled/);
    expect(begun).toHaveLength(2);
  });

  it('that waits is refused when the engine closes', async () => {
    const { begun, work, end } = workshop();
    const turns = inTurns<string>('exports', { atOnce: 1, waiting: 2 });
    const [first, second] = ['a', 'b'].map((name) => failureOf(turns.take(name, undefined, work(name))));
    await settled();
    turns.close();
    expect(await second).toMatch(/^closed: The engine is closing/);
    end('a');
    expect(await first).toBe('answered');
    expect(await failureOf(turns.take('c', undefined, work('c')))).toMatch(/^closed/);
    expect(begun).toEqual(['a']);
  });
});

it('has a kind for verifications, looks at models and exports, each with an end of its queue', () => {
  expect([heavyCalls['runs.verify'], heavyCalls['models.inspect'], heavyCalls['runs.export']]).toEqual([
    'verifications',
    'looks at models and checkpoints',
    'exports',
  ]);
  for (const { atOnce, waiting } of Object.values(heavyKinds)) {
    expect(atOnce).toBeLessThanOrEqual(4);
    expect(waiting).toBeLessThanOrEqual(64);
  }
});
