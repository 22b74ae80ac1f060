/** The answers to some of the contract's calls, by their names. */
import type { CallName, CallOptions, Params, Result } from '../../core/contract.ts';

export type AnswersTo<Names extends string> = {
  readonly [N in Extract<CallName, Names>]: (params: Params<N>, signal: CallOptions['signal']) => Promise<Result<N>>;
};
