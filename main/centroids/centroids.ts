/**
 * Centroids of a run's archives, made in a thread of their own: a hundred niches take part of a second, ten thousand
 * some seconds, and the engine has windows to answer meanwhile.
 */
import { FailureError } from '../../core/failure.ts';
import {
  type ArchiveNiches,
  type CentroidQuestions,
  type Centroids,
  centroidQuestions,
  type NicheSettings,
  nichesOf,
} from '../../core/search/niches-of-archives.ts';
import { askOnce } from '../processes/ask-once.ts';
import { fileBeside } from '../processes/child-node.ts';
import { howItEnded } from '../processes/ending.ts';
import type { SupervisedChild } from '../processes/supervised-child.ts';
import { centroidsProtocol } from './messages.ts';

/** Runs whose centroids are kept: those that are looked at in turn. */
const kept = 16;

interface Making {
  readonly centroids: Promise<Centroids>;
  readonly thread: SupervisedChild<typeof centroidsProtocol>;
}

const made = new Map<string, Making>();

function make(question: CentroidQuestions): Making {
  const { child, answer } = askOnce(
    { kind: 'thread', file: fileBeside(import.meta.url, 'worker'), protocol: centroidsProtocol },
    question,
    (ending) => {
      const message = `Making the centroids of the archives ${howItEnded(ending)} before it was through. Try again.`;
      return new FailureError({ kind: 'crash', message });
    },
  );
  const centroids = answer.then((given) => {
    if ('failure' in given) throw new FailureError(given.failure);
    return given;
  });
  return { centroids, thread: child };
}

/**
 * @param signal aborted: the promise rejects with its reason; the centroids are made all the same, for whoever asks next
 * @throws FailureError `usage` for fewer samples than niches
 */
export async function centroidsFor(question: CentroidQuestions, signal?: AbortSignal): Promise<Centroids> {
  signal?.throwIfAborted();
  const key = JSON.stringify(question);
  const known = made.get(key) ?? make(question);
  made.delete(key);
  made.set(key, known);
  known.centroids.catch(() => made.delete(key));
  const oldest = made.keys().next();
  if (made.size > kept && !oldest.done) made.delete(oldest.value);
  if (signal === undefined) return known.centroids;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      // A process that is to end does not wait for it.
      known.thread.hold(false);
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    known.centroids.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** The niches that settings give both archives. @throws as {@link centroidsFor} does */
export async function nichesFor(settings: NicheSettings, signal?: AbortSignal): Promise<ArchiveNiches> {
  return nichesOf(settings, await centroidsFor(centroidQuestions(settings), signal));
}
