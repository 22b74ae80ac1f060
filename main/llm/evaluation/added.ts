/** Which of a model's networks would enter an archive that begins empty. */
import { type Archive, insert } from '../../../core/archive/archive.ts';
import { networkDescriptors } from '../../../core/search/descriptors/of-networks.ts';
import { nichesOf } from '../../../core/search/niches-of-archives.ts';
import type { Interpretation } from '../../../core/search/ports.ts';
import { presets } from '../../../core/search/presets.ts';
import { emptyNetworks } from '../../../core/search/state.ts';

let made: Archive<unknown> | null = null;

/** The empty network archive of the preset demo; its centroids take a moment, so they are made once. */
function freshArchive(): Archive<unknown> {
  made ??= emptyNetworks(presets.demo, nichesOf(presets.demo).networks);
  return made;
}

/** Niches of the archive. */
export function nicheCount(): number {
  return presets.demo.networkArchive.niches;
}

/** [width / depth, FLOPs] on the axes of the archive. */
export function placeOf({ measures }: Interpretation): number[] {
  return networkDescriptors(presets.demo, { measures, result: null });
}

/**
 * Indices of the places, in their order, that find their niche empty. Nothing is trained, so all have the same fitness,
 * and an archive keeps the first; null is nothing to insert.
 */
export function addedToFresh(places: readonly (readonly number[] | null)[]): Set<number> {
  const added = new Set<number>();
  let archive = freshArchive();
  places.forEach((descriptors, index) => {
    if (descriptors === null) return;
    const insertion = insert(archive, { id: String(index), fitness: 0, descriptors, value: null });
    archive = insertion.archive;
    if (insertion.added) added.add(index);
  });
  return added;
}
