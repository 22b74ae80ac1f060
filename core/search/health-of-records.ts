/** What a run's records say of its network archive: where networks lay, who holds the niches. */
import { type ClipCount, countClipped } from '../archive/archive.ts';
import type { HealthQuestion } from './archive-health.ts';
import { acceptedOf, type CandidateRecord, resultOf } from './candidate.ts';
import type { CommonSettings } from './common-settings.ts';
import { type ArchiveAxis, extentsOn } from './descriptors/axes.ts';
import type { DescribedNetwork } from './descriptors/descriptor.ts';

/** A network as descriptors see it; null for a candidate that is none, or was not trained to the end. */
function describedNetwork(record: CandidateRecord): DescribedNetwork | null {
  const { measures } = acceptedOf(record) ?? {};
  const result = resultOf(record);
  return measures === undefined || result === null ? null : { measures, result };
}

const noClips: ClipCount = { below: 0, above: 0 };

/**
 * @param inserted candidates in order of their insertion
 * @param space the archive's niches, and those out of reach
 */
export function healthQuestionOf(
  settings: Pick<CommonSettings, 'budget' | 'recipe'>,
  axes: readonly ArchiveAxis[],
  inserted: Iterable<CandidateRecord>,
  space: { readonly niches: number; readonly unreachable: number | null },
): HealthQuestion {
  let clipped: readonly ClipCount[] = axes.map(() => noClips);
  const elites = new Map<number, readonly number[]>();
  const networks: DescribedNetwork[] = [];
  for (const record of inserted) {
    const placement = record.inserted?.network ?? null;
    const network = describedNetwork(record);
    if (placement === null || network === null || placement.why === 'not selected for insertion') continue;
    networks.push(network);
    clipped = countClipped(clipped, placement.clipped, placement.descriptors);
    if (placement.added) elites.set(placement.niche, placement.descriptors);
  }
  return {
    settings,
    axes,
    tried: networks.length,
    clipped,
    extents: extentsOn(axes, networks),
    elites: [...elites.values()],
    ...space,
  };
}
