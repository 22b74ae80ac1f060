/** An engine of answers given by the test: what the contract's own parts are tried with. */

import type { ContractEvent } from '../../../core/contract/events.ts';
import type { CallName, CallOptions, Contract, Engine, Params } from '../../../core/contract.ts';
import { fail } from '../../../core/failure.ts';

export interface StandInEngine extends Engine {
  /** Calls in the order they came in. */
  readonly heard: { readonly name: CallName; readonly params: unknown; readonly signal: CallOptions['signal'] }[];
  emit(event: ContractEvent): void;
  readonly listeners: number;
}

type Answers = { readonly [N in CallName]?: (params: never, options: CallOptions) => unknown };

/** Calls without an answer fail with `unsupported`. */
export function standInEngine(answers: Answers = {}): StandInEngine {
  const listeners = new Set<(event: ContractEvent) => void>();
  const heard: StandInEngine['heard'] = [];
  const call = async (name: CallName, params: Params<CallName>, options: CallOptions = {}): Promise<unknown> => {
    heard.push({ name, params, signal: options.signal });
    const answer = answers[name];
    if (answer === undefined) return fail('unsupported', `The stand-in has no answer to ${name}.`);
    return answer(params as never, options);
  };
  return {
    heard,
    // The test knows what it answers; clients parse it.
    call: call as Contract['call'],
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit(event) {
      for (const listener of [...listeners]) listener(event);
    },
    get listeners() {
      return listeners.size;
    },
    close: async () => {},
  };
}
