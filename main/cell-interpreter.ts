/** Reads generated text as a cell of NAS-Bench-201. */
import { type Cell, formatCell } from '../core/benchmarks/nasbench201/cell.ts';
import { readCell } from '../core/benchmarks/nasbench201/read-cell.ts';
import { type Failure, failureOf } from '../core/failure.ts';
import { cutGenerated } from '../core/network/cut.ts';
import { defaultBudget } from '../core/python/budget.ts';
import { readerOfProcess } from './interpreter.ts';

export interface CellReading {
  readonly cell: Cell;
  /** The benchmark's string. */
  readonly arch: string;
  /** The class that was read, with imports. */
  readonly source: string;
}

export type CellResult =
  | { readonly ok: true; readonly value: CellReading }
  | { readonly ok: false; readonly reason: Failure };

/** Side of the image that cells are read with; cells keep any size, so it decides nothing. */
const side = 8;

/** What a class of another style requires beside its channels: NAS-Bench-201's own classes take a stride and switches. */
function requiredArgument(name: string, channels: number): bigint | boolean {
  if (/stride|dilation/i.test(name)) return 1n;
  return /affine|bias|track/i.test(name) ? true : BigInt(channels);
}

/**
 * A reader of cells on images of so many channels. It cuts the text to its class, gives the constructor the channels,
 * and follows forward; nothing is executed. Reasons are those of the interpreter, or of kind `cell`.
 */
export async function loadCellInterpreter(channels = 16): Promise<(text: string) => CellResult> {
  const { programs } = await readerOfProcess();
  const image = [channels, side, side];
  return (text) => {
    try {
      const { source, className, relocate } = cutGenerated(text, defaultBudget.text);
      try {
        const traced = programs.operations(source, {
          input: image,
          classes: null,
          budget: defaultBudget,
          className,
          args: new Map(),
          missing: (name) => requiredArgument(name, channels),
          tolerant: false,
        });
        const cell = readCell(traced, image, source);
        return { ok: true, value: { cell, arch: formatCell(cell), source } };
      } catch (error) {
        return { ok: false, reason: relocate(failureOf(error)) };
      }
    } catch (error) {
      return { ok: false, reason: failureOf(error) };
    }
  };
}
