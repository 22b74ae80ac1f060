/** A call's signal as the platform's. */
import type { CallOptions } from '../../core/contract.ts';

export function abortSignal(signal: CallOptions['signal']): AbortSignal {
  const controller = new AbortController();
  if (signal?.aborted === true) controller.abort();
  else signal?.addEventListener('abort', () => controller.abort());
  return controller.signal;
}
