/** Servers and models that a test opens; the file that calls this ends them after each of its tests. */
import { afterEach } from 'vitest';
import { type Failure, FailureError } from '../../../../core/failure.ts';
import {
  openServedModel,
  type ServedLanguageModel,
  type ServedModelOptions,
} from '../../../../main/llm/served/served-model.ts';
import { type Respond, type StandIn, standIn } from './stand-in.ts';

export function openedInTests(): {
  serve(routes: Readonly<Record<string, Respond>>): Promise<StandIn>;
  open(address: string, options?: Partial<ServedModelOptions>): Promise<ServedLanguageModel>;
} {
  const opened: { close(): Promise<void> }[] = [];
  const kept = <T extends { close(): Promise<void> }>(one: T): T => {
    opened.push(one);
    return one;
  };
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });
  return {
    serve: async (routes) => kept(await standIn(routes)),
    open: async (address, options = {}) =>
      kept(await openServedModel({ address, allowRemote: false, chat: 'off', pause: 5, ...options })),
  };
}

/** What the work fails with. Rejects when it does not fail with a failure. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FailureError)) throw new Error(`No failure: ${String(error)}`);
  return error.failure;
}
