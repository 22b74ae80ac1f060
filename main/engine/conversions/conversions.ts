/** The conversions of this engine: those under way and those that ended since it started. They belong to no client. */

import { toContractFailure } from '../../../core/contract/failure.ts';
import type { ConversionRequest, ConversionRow } from '../../../core/contract/models.ts';
import { hasEnded } from '../../../core/contract/models.ts';
import { type Failure, FailureError, fail } from '../../../core/failure.ts';
import { checkpointFolder } from '../../llm/convert/describe-checkpoint.ts';
import { type Converter, startConversion } from './converter-process.ts';

/** Conversions at the same time: each reads and writes gigabytes. */
const conversionsAtOnce = 4;

export interface Conversions {
  /** Newest first. */
  list(): ConversionRow[];
  /**
   * Resolves when the file is being written.
   * @throws FailureError `file`, `checkpoint`, `unsupported`, `usage` for a file that is there or being written,
   * `disk` where there is too little room,
   * `busy` where as many as may be are under way
   */
  start(request: ConversionRequest): Promise<ConversionRow>;
  /** Resolves when it has ended. @throws FailureError `input` for an unknown one, `state` for one that has ended */
  cancel(id: string): Promise<ConversionRow>;
  /** @throws FailureError `input` for an unknown one, `state` for one that is under way */
  forget(id: string): void;
  /** Cancels all that are under way. */
  close(): Promise<void>;
}

export interface ConversionsOptions {
  /** Folder of the files that are not named. */
  readonly models: string;
  onChange(row: ConversionRow): void;
  onGone(id: string): void;
}

interface Held {
  row: ConversionRow;
  readonly converter: Converter;
  readonly began: number;
}

export function conversionsOf({ models, onChange, onGone }: ConversionsOptions): Conversions {
  const held = new Map<string, Held>();
  /** Those whose file is not being written yet. */
  const reading = new Set<Converter>();
  let closed = false;
  let count = 0;
  /** Asked for, their file not being written yet. */
  let starting = 0;

  function update(of: Held, change: Partial<ConversionRow>): void {
    of.row = { ...of.row, ...change, seconds: (performance.now() - of.began) / 1000 };
    onChange(of.row);
  }

  function find(id: string): Held {
    return held.get(id) ?? fail('input', `There is no conversion ${JSON.stringify(id)}. Ask for the list again.`);
  }

  function endAs(of: Held, failure: Failure | null): void {
    if (hasEnded(of.row)) return;
    if (failure === null) update(of, { state: 'finished', written: of.row.bytes });
    else if (failure.kind === 'cancelled') update(of, { state: 'cancelled' });
    else update(of, { state: 'failed', problem: toContractFailure(new FailureError(failure)) });
  }

  function isBeingWritten(file: string): boolean {
    return [...held.values()].some(({ row }) => row.file === file && !hasEnded(row));
  }

  async function begin(request: ConversionRequest): Promise<ConversionRow> {
    await checkpointFolder(request.path);
    return new Promise((resolve, reject) => {
      let own: Held | null = null;
      let refusal: FailureError | null = null;
      const began = performance.now();
      const converter = startConversion(request, models, (message) => {
        if (message.type === 'begun') {
          const { folder, file, bytes } = message;
          reading.delete(converter);
          if (isBeingWritten(file)) {
            // Told when it has ended, so that nothing of it is left by then.
            converter.cancel();
            const sentence = `${file} is being written by another conversion. Wait for it, or give another file.`;
            refusal = new FailureError({ kind: 'usage', message: sentence });
            return;
          }
          const id = `conversion-${++count}`;
          const row: ConversionRow = {
            id,
            folder,
            file,
            type: request.type,
            state: 'converting',
            written: 0,
            bytes,
            tensor: null,
            started: new Date().toISOString(),
            seconds: 0,
            problem: null,
            made: null,
          };
          own = { row, converter, began };
          held.set(id, own);
          onChange(row);
          resolve(row);
        } else if (own !== null) {
          if (message.type === 'progress') update(own, { written: message.written, tensor: message.tensor });
          if (message.type === 'checking') update(own, { state: 'checking', written: own.row.bytes });
          if (message.type === 'converted') own.row = { ...own.row, made: message.made };
        }
      });
      reading.add(converter);
      void converter.ended.then((failure) => {
        reading.delete(converter);
        if (own !== null) endAs(own, failure);
        const reason = failure ?? { kind: 'internal', message: 'The conversion ended before it began.' };
        reject(refusal ?? new FailureError(reason));
      });
    });
  }

  return {
    list: () => [...held.values()].map(({ row }) => row).reverse(),
    async start(request) {
      if (closed) fail('closed', 'The engine is closing and converts nothing any more.');
      const working = starting + [...held.values()].filter(({ row }) => !hasEnded(row)).length;
      if (working >= conversionsAtOnce) {
        fail('busy', `${working} conversions are under way. Wait until one of them has ended, or cancel it.`);
      }
      starting += 1;
      try {
        return await begin(request);
      } finally {
        starting -= 1;
      }
    },
    async cancel(id) {
      const of = find(id);
      if (hasEnded(of.row)) fail('state', `The conversion to ${of.row.file} has ended: it is ${of.row.state}.`);
      of.converter.cancel();
      endAs(of, await of.converter.ended);
      return of.row;
    },
    forget(id) {
      const { row } = find(id);
      if (!hasEnded(row)) fail('state', `The conversion to ${row.file} is under way. Cancel it first.`);
      held.delete(id);
      onGone(id);
    },
    async close() {
      closed = true;
      const working = [...reading, ...[...held.values()].map(({ converter }) => converter)];
      for (const converter of working) converter.cancel();
      await Promise.all(working.map(({ ended }) => ended));
    },
  };
}
