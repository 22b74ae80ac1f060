/** A tensor of a checkpoint that can be read piece by piece. */
import type { OpenFile } from '../llm/file-bytes.ts';

/** Little-endian elements in a file. */
export interface StoredTensor {
  readonly name: string;
  /** `F32`, `F16`, `BF16`, `F64`, ... */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly file: OpenFile;
  /** From the start of the file. */
  readonly offset: number;
  /** From the first element to the end of the last. */
  readonly bytes: number;
  /** Steps between elements along each axis; null where they lie one after another in row-major order. */
  readonly strides: readonly number[] | null;
  /**
   * Compares what its file says of its bytes as a whole, once for all tensors that share them; null where it says
   * nothing. @throws FailureError `checkpoint` where they are damaged
   */
  readonly check: (() => Promise<void>) | null;
}
