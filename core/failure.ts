/** A failure as a value: the same record crosses processes, files and the command line's JSON. */
import * as z from 'zod';

export const failureSchema = z.object({
  /** A short word from a closed set of the part that failed: `syntax`, `unsupported`, `shape`, `file`, `usage`, ... */
  kind: z.string(),
  /** One sentence: what was wrong, where, and what would make it right. */
  message: z.string(),
  line: z.int().positive().optional(),
  column: z.int().positive().optional(),
  /** The file, where it is another than the one that was asked for. */
  file: z.string().optional(),
  /** The line of code itself. */
  code: z.string().optional(),
});

export type Failure = z.infer<typeof failureSchema>;

/** An error that carries a {@link Failure}; thrown inside a process, turned into the value at its border. */
export class FailureError extends Error {
  override readonly name = 'FailureError';
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options);
    this.failure = failure;
  }
}

/** Throws a {@link FailureError}. `kind` is a word of a closed set; `message` names the thing, the place and the remedy. */
export function fail(
  kind: string,
  message: string,
  place: { readonly line?: number; readonly column?: number } = {},
): never {
  throw new FailureError({ kind, message, ...place });
}

/** The failure behind any thrown value; what is not a {@link FailureError} becomes kind `internal`. */
export function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  if (error instanceof Error) return { kind: 'internal', message: error.message };
  return { kind: 'internal', message: String(error) };
}
