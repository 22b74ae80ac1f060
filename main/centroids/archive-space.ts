/** The archives of a run before anything is in them: their niches, and which of those nothing can fill. Kept once made. */
import type { CvtNiches } from '../../core/archive/cvt-niches.ts';
import type { Box } from '../../core/archive/half-spaces.ts';
import { axisCount, type Niches, nicheCount, reachedFrom } from '../../core/archive/niches.ts';
import { FailureError } from '../../core/failure.ts';
import type { ArchiveNiches } from '../../core/search/niches-of-archives.ts';
import type { PromptSet } from '../../core/search/prompt-set.ts';
import { networkBox, promptBoxes } from '../../core/search/reachable.ts';
import type { Settings } from '../../core/search/settings.ts';
import { askOnce } from '../processes/ask-once.ts';
import { fileBeside } from '../processes/child-node.ts';
import { howItEnded } from '../processes/ending.ts';
import { nichesFor } from './centroids.ts';
import { reachProtocol } from './messages.ts';

export interface ArchiveSpace extends ArchiveNiches {
  /** Niches out of reach, in order; null where descriptors are not scaled, so that the axes say nothing. */
  readonly unreachable: { readonly networks: readonly number[] | null; readonly prompts: readonly number[] | null };
}

/** Work that would not be noticed between two answers of an engine. */
const quick = 30_000;

function reachedInThread({ centroids }: CvtNiches, boxes: readonly Box[]): Promise<number[]> {
  const { answer } = askOnce(
    { kind: 'thread', file: fileBeside(import.meta.url, 'reach-worker'), protocol: reachProtocol },
    { centroids, boxes },
    (ending) => {
      const message = `Looking for niches out of reach ${howItEnded(ending)} before it was through. Try again.`;
      return new FailureError({ kind: 'crash', message });
    },
  );
  return answer;
}

/** Niches that no place of the boxes lies in, in order. */
async function unreachableFrom(niches: Niches, boxes: readonly Box[]): Promise<number[]> {
  const count = nicheCount(niches);
  const isLong = niches.kind === 'cvt' && count * boxes.length * 4 ** axisCount(niches) > quick;
  const reached = new Set(isLong ? await reachedInThread(niches, boxes) : reachedFrom(niches, boxes));
  return Array.from({ length: count }, (_, niche) => niche).filter((niche) => !reached.has(niche));
}

async function make(settings: Settings, prompts: PromptSet): Promise<ArchiveSpace> {
  const niches = await nichesFor(settings);
  const { networkArchive, promptArchive } = settings;
  const networks = networkArchive.normalise
    ? await unreachableFrom(niches.networks, [networkBox(networkArchive.axes, settings)])
    : null;
  const ofPrompts = promptArchive.normalise
    ? await unreachableFrom(niches.prompts, promptBoxes(settings, prompts))
    : null;
  return { ...niches, unreachable: { networks, prompts: ofPrompts } };
}

/** Runs whose archives are kept: those that are looked at in turn. */
const kept = 16;
const made = new Map<string, Promise<ArchiveSpace>>();

/** @throws FailureError `usage` for fewer samples than niches */
export function archiveSpaceFor(settings: Settings, prompts: PromptSet): Promise<ArchiveSpace> {
  const { seed, networkArchive, promptArchive, temperature, budget, recipe } = settings;
  const numbers = prompts.mutation.map(({ id, axis }) => [id, axis]);
  const key = JSON.stringify([seed, networkArchive, promptArchive, temperature, budget, recipe, numbers]);
  const known = made.get(key) ?? make(settings, prompts);
  made.delete(key);
  made.set(key, known);
  known.catch(() => made.delete(key));
  const oldest = made.keys().next();
  if (made.size > kept && !oldest.done) made.delete(oldest.value);
  return known;
}
