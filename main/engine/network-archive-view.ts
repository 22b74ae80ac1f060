/** A network archive in the shape of the contract, whether it is a run's own or made of its networks on other axes. */
import type { ClipCount } from '../../core/archive/archive.ts';
import { binsOfNiches, centreOf, type Niches, nicheCount } from '../../core/archive/niches.ts';
import type { NetworkArchiveView, NetworkEliteView } from '../../core/contract/archives.ts';
import type { ArchiveHealth } from '../../core/search/archive-health.ts';
import { acceptedOf, type CandidateRecord } from '../../core/search/candidate.ts';
import type { CommonSettings } from '../../core/search/common-settings.ts';
import type { ArchiveAxis } from '../../core/search/descriptors/axes.ts';
import { limitReasons } from '../../core/search/reachable.ts';
import { testAccuracy } from '../run/outcomes.ts';
import { networkAxisViews } from './axis-views.ts';

/** Places of the niches' centroids or middles. */
export function centresOf(niches: Niches): number[][] {
  return Array.from({ length: nicheCount(niches) }, (_, niche) => [...centreOf(niches, niche)]);
}

/** An elite by its niche and place [d]; nothing for a candidate that is no network. */
export function networkEliteView(record: CandidateRecord, niche: number, place: readonly number[]): NetworkEliteView[] {
  const accepted = acceptedOf(record);
  if (accepted === null) return [];
  const { proposed, inserted } = record;
  return [
    {
      niche,
      id: record.id,
      generation: proposed.generation,
      place: [...place],
      prompt: proposed.individual?.prompt ?? null,
      temperature: proposed.individual?.temperature ?? null,
      fitness: inserted?.fitness ?? 0,
      measures: accepted.measures,
      testAccuracy: testAccuracy(record),
      hash: accepted.hash,
    },
  ];
}

export interface ViewedArchive {
  readonly settings: Pick<CommonSettings, 'budget' | 'recipe'>;
  readonly axes: readonly ArchiveAxis[];
  readonly niches: Niches;
  /** Null where descriptors are not scaled. */
  readonly unreachable: readonly number[] | null;
  /** By axis. */
  readonly clipped: readonly ClipCount[];
  readonly elites: NetworkEliteView[];
  readonly health: ArchiveHealth;
}

export function networkArchiveView(viewed: ViewedArchive): NetworkArchiveView {
  const { settings, axes, niches, unreachable, clipped, elites, health } = viewed;
  return {
    kind: niches.kind,
    axes: networkAxisViews(axes, clipped),
    bins: binsOfNiches(niches),
    centroids: centresOf(niches),
    normalised: unreachable !== null,
    unreachable: unreachable === null ? null : { niches: [...unreachable], why: limitReasons(axes, settings) },
    elites,
    health,
  };
}
