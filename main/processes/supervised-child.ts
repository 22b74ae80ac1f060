/**
 * A child of this process, seen from here: a process or a thread that runs a file of ours, may crash, hang or be killed,
 * and whose end is a value. `parent-link.ts` is the other side. Electron's own kind, the engine's utilityProcess, exists in
 * its main process alone, speaks through ports that are handed on, and is started again whatever it ended of: that is
 * `doors/electron/engine-supervisor.ts`.
 */
import type { ChildProcess } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { type ChildOptions, forkNode } from './child-node.ts';
import type { Ending, Reason } from './ending.ts';
import type { Protocol, ReadFromChild, ToChild } from './protocol.ts';

export interface SupervisedChild<P extends Protocol> {
  /** Of the process; undefined for a thread, and where none could be started. */
  readonly pid: number | undefined;
  /** Whether it takes messages still. */
  readonly usable: boolean;
  /** Resolves once it is gone and all that it wrote has been read. Never rejects. */
  readonly ended: Promise<Ending>;
  /** Never throws: what cannot be sent finds a child that ends, of which `ended` tells. */
  send(message: ToChild<P>): void;
  /** Ends it once it has said nothing for so long, from now on and after each message; null lets it be silent. */
  limitSilence(seconds: number | null): void;
  /** Whether this process stays alive for it, as it does at first. */
  hold(isHeld: boolean): void;
  /** Ends it at once, whatever it is doing. */
  end(): Promise<Ending>;
}

export interface ChildStart<P extends Protocol> extends ChildOptions {
  /**
   * Native code goes into a process, whose crash is its own; our own code that computes for long or waits for a disk
   * goes into a thread.
   */
  readonly kind: 'process' | 'thread';
  readonly file: string;
  readonly protocol: P;
  hear(message: ReadFromChild<P>): void;
  /** At an orderly end of this process children are killed, for they may hang. `leave`: it has to tidy up by itself. */
  readonly atExit?: 'kill' | 'leave';
}

/** Kept of what a child writes to stderr: its end. */
const textKept = 4000;

const living = new Set<ChildProcess>();
let watchingExit = false;

function killAtExit(child: ChildProcess): void {
  living.add(child);
  child.once('exit', () => living.delete(child));
  if (watchingExit) return;
  watchingExit = true;
  process.once('exit', () => {
    for (const each of living) each.kill('SIGKILL');
  });
}

/** What both kinds of child have in common, for one of them. */
interface Handle {
  readonly pid: number | undefined;
  isConnected(): boolean;
  send(message: unknown): void;
  hold(isHeld: boolean): void;
  kill(): void;
}

interface Reports {
  message(raw: unknown): void;
  /** Something is wrong: it is to be ended. */
  wrong(reason: Reason): void;
  gone(reason: Reason, wrote: string): void;
}

function startProcess(file: string, { atExit = 'kill', ...options }: ChildStart<Protocol>, to: Reports): Handle {
  const child = forkNode(file, options);
  if (atExit === 'kill') killAtExit(child);
  let wrote = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    wrote = (wrote + text).slice(-textKept);
  });
  child.on('message', to.message);
  // `close` follows `exit` when stderr has been read to its end.
  child.once('close', (code, signal) => to.gone({ kind: 'exit', code, signal }, wrote));
  child.once('error', ({ message }) => {
    const reason: Reason = { kind: 'unreachable', message };
    if (child.pid === undefined) to.gone(reason, wrote);
    else to.wrong(reason);
  });
  return {
    pid: child.pid,
    isConnected: () => child.connected,
    // A failed send means a dying process: its end tells more.
    send: (message) => void child.send(message as object, () => {}),
    hold(isHeld) {
      if (isHeld) child.ref();
      else child.unref();
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

function startThread(file: string, to: Reports): Handle {
  const thread = new Worker(file);
  let reason: Reason | null = null;
  thread.on('message', to.message);
  thread.on('messageerror', ({ message }) => to.wrong({ kind: 'garbled', message }));
  thread.on('error', (error) => {
    reason = { kind: 'thrown', error };
  });
  thread.once('exit', (code) => to.gone(reason ?? { kind: 'exit', code, signal: null }, ''));
  return {
    pid: undefined,
    isConnected: () => true,
    send: (message) => thread.postMessage(message),
    hold(isHeld) {
      if (isHeld) thread.ref();
      else thread.unref();
    },
    kill: () => void thread.terminate(),
  };
}

/** Starts a child; `hear` gets each message of it, parsed. */
export function startChild<P extends Protocol>(start: ChildStart<P>): SupervisedChild<P> {
  /** The first thing that was wrong; the exit that follows is of our making. */
  let wrong: Reason | null = null;
  let isGone = false;
  let limit: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  let resolveEnded: (ending: Ending) => void = () => {};
  const ended = new Promise<Ending>((resolve) => {
    resolveEnded = resolve;
  });

  function fail(reason: Reason): void {
    if (isGone) return;
    wrong ??= reason;
    handle.kill();
  }
  function watch(): void {
    clearTimeout(timer);
    const seconds = limit;
    if (seconds === null || isGone) return;
    timer = setTimeout(() => fail({ kind: 'silent', seconds }), seconds * 1000);
  }

  const reports: Reports = {
    message(raw) {
      if (wrong !== null) return;
      watch();
      const parsed = start.protocol.fromChild.safeParse(raw);
      // The compiler does not see that the schema's type is the protocol's.
      if (parsed.success) start.hear(parsed.data as ReadFromChild<P>);
      else fail({ kind: 'garbled', message: parsed.error.message.slice(0, 200) });
    },
    wrong: fail,
    gone(reason, wrote) {
      isGone = true;
      clearTimeout(timer);
      resolveEnded({ ...(wrong ?? reason), wrote });
    },
  };
  const handle = start.kind === 'process' ? startProcess(start.file, start, reports) : startThread(start.file, reports);

  return {
    pid: handle.pid,
    get usable() {
      return !isGone && wrong === null && handle.isConnected();
    },
    ended,
    send(message) {
      if (!isGone && handle.isConnected()) handle.send(message);
    },
    limitSilence(seconds) {
      limit = seconds;
      watch();
    },
    hold: handle.hold,
    end() {
      if (!isGone) handle.kill();
      return ended;
    },
  };
}
