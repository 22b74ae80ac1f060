// A child of ours, whatever becomes of it: both kinds end as a value that says what was wrong first.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { askOnce } from '../../../main/processes/ask-once.ts';
import { howItEnded, itWrote } from '../../../main/processes/ending.ts';
import { startChild } from '../../../main/processes/supervised-child.ts';
import { talkingProtocol } from './talking-protocol.ts';

const file = join(import.meta.dirname, 'talking-child.ts');

/** A child, and its next answer. */
function started(kind: 'process' | 'thread') {
  const heard: number[] = [];
  let next = Promise.withResolvers<number>();
  const child = startChild({
    kind,
    file,
    protocol: talkingProtocol,
    hear({ answer }) {
      heard.push(answer);
      next.resolve(answer);
      next = Promise.withResolvers();
    },
  });
  return {
    child,
    heard,
    double(number: number) {
      child.send({ do: 'double', number });
      return next.promise;
    },
  };
}

describe.each(['process', 'thread'] as const)('a supervised %s', (kind) => {
  it('answers, and ends by itself when it leaves', async () => {
    const { child, double } = started(kind);
    expect(await double(21)).toBe(42);
    expect(child.usable).toBe(true);
    child.send({ do: 'leave' });
    expect(await child.ended).toEqual({ kind: 'exit', code: 0, signal: null, wrote: '' });
    expect(child.usable).toBe(false);
    // Said to nobody.
    child.send({ do: 'double', number: 1 });
    expect(await child.end()).toBe(await child.ended);
  });

  it('ends with its exit code', async () => {
    const { child } = started(kind);
    child.send({ do: 'exit', code: 3 });
    expect(howItEnded(await child.ended)).toBe('ended with exit code 3');
  });

  it('is ended at once in the middle of work', async () => {
    const { child, double } = started(kind);
    await double(1);
    child.send({ do: 'spin' });
    const ending = await child.end();
    expect(howItEnded(ending)).toBe(kind === 'process' ? 'was ended by SIGKILL' : 'ended with exit code 1');
  });

  it('is ended when it is silent for too long, and only then', async () => {
    const { child, double } = started(kind);
    child.limitSilence(60);
    await double(1);
    child.limitSilence(null);
    child.send({ do: 'spin' });
    child.limitSilence(0.2);
    expect(await child.ended).toMatchObject({ kind: 'silent', seconds: 0.2 });
    expect(howItEnded(await child.ended)).toBe('said nothing for 0.2 seconds and was ended');
  });

  it('is ended when it says what is not of the protocol, which nobody hears', async () => {
    const { child, heard } = started(kind);
    child.send({ do: 'garble' });
    expect(await child.ended).toMatchObject({ kind: 'garbled', message: expect.stringContaining('answer') });
    expect(heard).toEqual([]);
  });

  it('ends by an error of its own, and tells which', async () => {
    const { child } = started(kind);
    child.send({ do: 'throw' });
    const ending = await child.ended;
    expect(`${howItEnded(ending)}${itWrote(ending)}`).toContain('planted');
  });

  it('ends by a question that is not of the protocol', async () => {
    const { child } = started(kind);
    child.send(JSON.parse('{"do":"dance"}'));
    const ending = await child.ended;
    expect(`${howItEnded(ending)}${ending.wrote}`).toContain('not of the protocol');
  });

  it('is asked once, and its end without an answer is the failure', async () => {
    const lost = (): Error => new Error('lost');
    const start = { kind, file, protocol: talkingProtocol };
    const { answer, child } = askOnce(start, { do: 'double', number: 4 }, lost);
    expect(await answer).toEqual({ answer: 8 });
    await child.end();
    await expect(askOnce(start, { do: 'exit', code: 0 }, lost).answer).rejects.toThrow('lost');
  });
});

it('a process that cannot be started says so', async () => {
  const child = startChild({
    kind: 'process',
    file: join(import.meta.dirname, 'none.ts'),
    protocol: talkingProtocol,
    hear() {},
  });
  const ending = await child.ended;
  expect(howItEnded(ending)).toBe('ended with exit code 1');
  expect(itWrote(ending)).not.toBe('');
});

it('what a process wrote before its end is kept, its last part', async () => {
  const { child } = started('process');
  child.send({ do: 'write', text: `${'x'.repeat(10_000)}\nlast words\n` });
  child.send({ do: 'exit', code: 1 });
  expect(itWrote(await child.ended)).toMatch(/ It wrote: x+ last words$/);
});

/** Resolves when there is no process of this id. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function parentOfTwo() {
  const parent = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'talking-parent.ts')],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ids: number[] = [];
  for await (const line of createInterface(parent.stdout)) if (ids.push(Number(line)) === 2) break;
  return { parent, ids };
}

it('a process ends when its parent was killed', async () => {
  const { parent, ids } = await parentOfTwo();
  parent.kill('SIGKILL');
  // The busy one hears of nothing: of two, the idle one ends.
  await Promise.race(ids.map(gone));
  for (const id of ids) {
    try {
      process.kill(id, 'SIGKILL');
    } catch {
      // The one that had ended.
    }
  }
  await Promise.all(ids.map(gone));
});

it('no process outlives an orderly end of its parent, a busy one neither', async () => {
  const { parent, ids } = await parentOfTwo();
  parent.stdin.write('end');
  await Promise.all(ids.map(gone));
});
