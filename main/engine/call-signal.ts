/** The signal of a call of the contract, as what works for it takes it. */
import type { CallOptions } from '../../core/contract.ts';
import { FailureError } from '../../core/failure.ts';

/** Aborted when the call is, with a failure of kind `cancelled`; undefined where nothing can abort it. */
export function abortSignalOf(signal: CallOptions['signal']): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  const controller = new AbortController();
  const stop = (): void =>
    controller.abort(new FailureError({ kind: 'cancelled', message: 'The call was cancelled.' }));
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop);
  return controller.signal;
}
