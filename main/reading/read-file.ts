/** Reads a person's file as a network for one command, in a thread that ends with it. */
import type { Cancellation } from '../../core/cancellation.ts';
import type { NetworkFileOptions, ReadNetworkFile } from '../interpreter.ts';
import { withReadingThread } from './while-needed.ts';

/** @throws FailureError with the reason, its line and column; the signal's reason at once when it is aborted */
export function readFileInThread(
  path: string,
  options: NetworkFileOptions,
  signal: Cancellation,
): Promise<ReadNetworkFile> {
  return withReadingThread((thread) => thread.file(path, options, signal));
}
