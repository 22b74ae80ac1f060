/**
 * Heavy work in turns: so many pieces at once, so many that wait, the others refused. Who asks for a piece that is under
 * way or waits already shares its answer, and it ends when nobody wants it any more.
 */
import type { CallOptions } from '../../core/contract.ts';
import { FailureError, fail } from '../../core/failure.ts';

type Signal = NonNullable<CallOptions['signal']>;

export interface TurnLimits {
  /** Pieces at once. */
  readonly atOnce: number;
  /** Pieces that wait for their turn. */
  readonly waiting: number;
}

export interface Turns<T> {
  /**
   * The answer of the piece of this name, begun in its turn. The signal of `work` is aborted when nobody waits for it.
   * @throws FailureError `busy` where too many wait, `cancelled` where the signal says so, `closed` at the end
   */
  take(name: string, signal: CallOptions['signal'], work: (signal: Signal) => Promise<T>): Promise<T>;
  /** Refuses those that wait, and begins none any more. */
  close(): void;
}

interface Piece<T> {
  readonly name: string;
  readonly answer: PromiseWithResolvers<T>;
  readonly cancelling: AbortController;
  /** Callers that still wait for it. */
  wanted: number;
  work(signal: Signal): Promise<T>;
}

function cancelledError(name: string): FailureError {
  return new FailureError({ kind: 'cancelled', message: `${name.split(' ', 1)[0]} was cancelled.` });
}

/** `what`: the pieces in the words of a refusal, such as `verifications`. */
export function inTurns<T>(what: string, { atOnce, waiting }: TurnLimits): Turns<T> {
  /** Those whose answer can be shared. */
  const shared = new Map<string, Piece<T>>();
  const line: Piece<T>[] = [];
  let working = 0;
  let closed = false;

  function forget(piece: Piece<T>): void {
    if (shared.get(piece.name) === piece) shared.delete(piece.name);
    const place = line.indexOf(piece);
    if (place >= 0) line.splice(place, 1);
  }

  async function begin(piece: Piece<T>): Promise<void> {
    working += 1;
    try {
      piece.answer.resolve(await piece.work(piece.cancelling.signal));
    } catch (error) {
      piece.answer.reject(error);
    } finally {
      working -= 1;
      forget(piece);
      next();
    }
  }

  function next(): void {
    while (working < atOnce) {
      const piece = line.shift();
      if (piece === undefined) return;
      void begin(piece);
    }
  }

  function pieceOf(name: string, work: Piece<T>['work']): Piece<T> {
    const known = shared.get(name);
    if (known !== undefined) return known;
    if (closed) fail('closed', 'The engine is closing and begins nothing any more.');
    if (working >= atOnce && line.length >= waiting) {
      fail('busy', `${waiting} ${what} wait for their turn already. Ask again when some of them are done.`);
    }
    const piece = {
      name,
      answer: Promise.withResolvers<T>(),
      cancelling: new AbortController(),
      wanted: 0,
      work,
    };
    // Whoever waits for it hears of it; nobody waiting is no failure of the process.
    piece.answer.promise.catch(() => {});
    shared.set(name, piece);
    line.push(piece);
    next();
    return piece;
  }

  /** One of its callers waits no more. A piece under way keeps its turn until it has ended. */
  function leave(piece: Piece<T>): void {
    piece.wanted -= 1;
    if (piece.wanted > 0) return;
    forget(piece);
    piece.cancelling.abort();
  }

  return {
    async take(name, signal, work) {
      if (signal?.aborted === true) throw cancelledError(name);
      const piece = pieceOf(name, work);
      piece.wanted += 1;
      const cancelled = Promise.withResolvers<never>();
      let waits = true;
      signal?.addEventListener('abort', () => {
        if (!waits) return;
        leave(piece);
        cancelled.reject(cancelledError(name));
      });
      try {
        return await Promise.race([piece.answer.promise, cancelled.promise]);
      } finally {
        waits = false;
      }
    },
    close() {
      closed = true;
      const message = 'The engine is closing and begins nothing any more.';
      for (const piece of [...line]) {
        forget(piece);
        piece.answer.reject(new FailureError({ kind: 'closed', message }));
      }
    },
  };
}
