/** What the engine answers to one call, asked again when the parameters change. */
import { useEffect, useState } from 'react';
import type { CallName, Params, Result } from '../../core/contract.ts';
import { failureOf } from '../../core/failure.ts';
import { client } from '../client.ts';

export type Answer<N extends CallName> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'ready'; readonly result: Result<N> };

/** An answer to other parameters is never shown. Null parameters ask nothing; another `turn` asks the same again. */
export function useAnswer<N extends CallName>(name: N, params: Params<N> | null, turn = 0): Answer<N> {
  const [answered, setAnswered] = useState<{ readonly key: string; readonly answer: Answer<N> } | null>(null);
  const key = JSON.stringify([name, params, turn]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says name and parameters
  useEffect(() => {
    if (params === null) return;
    const abort = new AbortController();
    client.call(name, params, { signal: abort.signal }).then(
      (result) => setAnswered({ key, answer: { kind: 'ready', result } }),
      (error: unknown) => {
        if (!abort.signal.aborted) setAnswered({ key, answer: { kind: 'failed', message: failureOf(error).message } });
      },
    );
    return () => abort.abort();
  }, [key]);

  return answered?.key === key ? answered.answer : { kind: 'loading' };
}

/** A value that has stood for a moment: what is typed is not asked about at each key. */
export function useDelayed<T>(value: T, milliseconds = 300): T {
  const [delayed, setDelayed] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return delayed;
}
