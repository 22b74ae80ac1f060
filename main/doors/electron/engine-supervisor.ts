/**
 * Keeps the engine's process running for the window: starts it, starts it again after a crash, hands ports to the page,
 * and ends it with the searches' state saved.
 */
import {
  type FromEngineProcess,
  fromEngineProcessSchema,
  type ToEngineProcess,
  type Working,
} from './engine-messages.ts';

/** The engine's process as Electron's utilityProcess gives it. */
interface EngineProcess<PortToHand> {
  postMessage(message: ToEngineProcess, ports?: PortToHand[]): void;
  on(type: 'message', listener: (message: unknown) => void): unknown;
  on(type: 'exit', listener: (code: number) => void): unknown;
  kill(): boolean;
}

export interface EngineSupervisorOptions<PortToHand> {
  /** Starts the process. */
  start(): EngineProcess<PortToHand>;
  /** Two ends of a new channel. */
  channel(): { readonly port1: PortToHand; readonly port2: PortToHand };
  /** Calls back once after so many milliseconds. */
  after(milliseconds: number, callback: () => void): void;
  /** The engine cannot be made, or its process keeps ending: one sentence. Nothing is tried again before `restart`. */
  onGivenUp(reason: string): void;
}

export interface EngineSupervisor<PortToHand> {
  /** Gives the page one end of a new channel to the engine, now or as soon as its process runs again. */
  connect(hand: (port: PortToHand) => void): void;
  /**
   * Tells the engine of a file or a folder that the person chose, now and after each start. Resolves when the page may
   * name it.
   */
  choose(path: string): Promise<void>;
  /** What works; nothing where the engine does not answer. */
  working(): Promise<Working>;
  /** Starts the process after it was given up. */
  restart(): void;
  /** Ends the process; resolves when it has ended, at the latest after {@link closePatience}. */
  close(): Promise<void>;
}

const nothingWorks: Working = { runs: [], conversions: [] };

/** Ends in a row, without the engine having become ready, after which no further start is tried. */
const startsTried = 5;
const answerPatience = 3_000;
/** A search stops within a step; a process that takes longer is killed, which loses nothing that was recorded. */
const closePatience = 60_000;

function pauseBeforeStart(crashes: number): number {
  return Math.min(4_000, 250 * 2 ** (crashes - 1));
}

export function superviseEngine<PortToHand>(
  options: EngineSupervisorOptions<PortToHand>,
): EngineSupervisor<PortToHand> {
  const { start, channel, after, onGivenUp } = options;
  let current: EngineProcess<PortToHand> | null = null;
  let wanted: ((port: PortToHand) => void) | null = null;
  let crashes = 0;
  let closing = false;
  let reason: string | null = null;
  const answers: ((working: Working) => void)[] = [];
  const ends: (() => void)[] = [];
  const chosen = new Set<string>();
  const opening: { readonly path: string; resolve(): void }[] = [];

  function take(message: FromEngineProcess): void {
    if (message.type === 'ready') crashes = 0;
    else if (message.type === 'failed') reason = message.failure.message;
    else if (message.type === 'opened') {
      for (const { path, resolve } of opening) if (path === message.path) resolve();
    } else for (const answer of answers.splice(0)) answer(message);
  }

  function ended(code: number): void {
    current = null;
    for (const answer of answers.splice(0)) answer(nothingWorks);
    for (const end of ends.splice(0)) end();
    if (closing) return;
    crashes += 1;
    if (reason !== null) onGivenUp(reason);
    else if (crashes >= startsTried) {
      onGivenUp(`The engine's process ended ${crashes} times in a row, the last time with code ${code}.`);
    } else after(pauseBeforeStart(crashes), launch);
  }

  function launch(): void {
    if (current !== null || closing) return;
    reason = null;
    const child = start();
    current = child;
    child.on('message', (raw) => {
      const message = fromEngineProcessSchema.safeParse(raw);
      if (message.success && current === child) take(message.data);
    });
    child.on('exit', (code) => {
      if (current === child) ended(code);
    });
    for (const path of chosen) child.postMessage({ type: 'chosen', path });
    handOver();
  }

  function handOver(): void {
    if (current === null || wanted === null) return;
    const hand = wanted;
    wanted = null;
    const { port1, port2 } = channel();
    current.postMessage({ type: 'connect' }, [port1]);
    hand(port2);
  }

  launch();
  return {
    connect(hand) {
      wanted = hand;
      handOver();
    },
    async choose(path) {
      chosen.add(path);
      const asked = current;
      if (asked === null) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const waiting = { path, resolve };
      opening.push(waiting);
      after(answerPatience, resolve);
      asked.postMessage({ type: 'chosen', path });
      await promise;
      opening.splice(opening.indexOf(waiting), 1);
    },
    working() {
      const asked = current;
      if (asked === null) return Promise.resolve(nothingWorks);
      return new Promise((resolve) => {
        answers.push(resolve);
        after(answerPatience, () => resolve(nothingWorks));
        asked.postMessage({ type: 'working' });
      });
    },
    restart() {
      crashes = 0;
      launch();
    },
    close() {
      closing = true;
      const last = current;
      if (last === null) return Promise.resolve();
      return new Promise((resolve) => {
        ends.push(resolve);
        after(closePatience, () => {
          last.kill();
          resolve();
        });
        last.postMessage({ type: 'close' });
      });
    },
  };
}
