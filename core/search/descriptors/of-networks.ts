/** Where a network lies in the archive of a search. */
import type { CommonSettings } from '../common-settings.ts';
import { measuresOn, placesOn } from './axes.ts';
import type { DescribedNetwork } from './descriptor.ts';
import { type DescriptorName, descriptorNames, descriptors } from './table.ts';

/** [d]: scaled to the axes, or raw where the settings do not normalise. */
export function networkDescriptors({ networkArchive }: CommonSettings, network: DescribedNetwork): number[] {
  const { axes, normalise } = networkArchive;
  return normalise ? placesOn(axes, network) : measuresOn(axes, network);
}

/** Every descriptor of a network by name, in its own unit; null where it is not known of this one. */
export function descriptorsOf(network: DescribedNetwork): Record<DescriptorName, number | null> {
  const values = descriptorNames.map((name) => [name, descriptors[name].measure(network)] as const);
  return Object.fromEntries(values) as Record<DescriptorName, number | null>;
}
