/** What a search costs, in the figures that decide it: how many networks, trained for how long on how many images. */
import type { SettingPath } from '../../../core/search/setting-path.ts';
import { counted, whole } from '../../words/numbers.ts';

/** A setting's value as it stands, which may be text that is being typed. */
type Read = (path: SettingPath) => unknown;

function numberAt(read: Read, path: SettingPath): number | null {
  const value = read(path);
  return typeof value === 'number' && value >= 0 ? value : null;
}

interface Cost {
  /** Offspring, and the initial network. */
  readonly networks: number;
  readonly epochs: number;
  /** Training images of an epoch; null for all of the dataset. */
  readonly images: number | null;
}

/** Null while a figure is missing or none, as in a field that is being typed. */
function costOf(read: Read): Cost | null {
  const generations = numberAt(read, 'generations');
  const offspring = numberAt(read, 'offspring');
  const epochs = numberAt(read, 'recipe.epochs');
  if (generations === null || offspring === null || epochs === null) return null;
  return { networks: 1 + generations * offspring, epochs, images: numberAt(read, 'recipe.trainImages') };
}

export function costWords(read: Read): string {
  const cost = costOf(read);
  if (cost === null) return '';
  const images = cost.images === null ? 'all images' : `${whole(cost.images)} images`;
  return `${counted(cost.networks, 'network')} × ${counted(cost.epochs, 'epoch')} of ${images}`;
}
