/** What a search costs, in the figures that decide it: how many networks, trained for how long on how many images. */
import { type SettingTree, valueAt } from '../../state/draft.ts';
import { counted, whole } from '../../words/numbers.ts';

function numberAt(settings: SettingTree, path: string): number | null {
  const value = valueAt(settings, path);
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
function costOf(settings: SettingTree): Cost | null {
  const generations = numberAt(settings, 'generations');
  const offspring = numberAt(settings, 'offspring');
  const epochs = numberAt(settings, 'recipe.epochs');
  if (generations === null || offspring === null || epochs === null) return null;
  return { networks: 1 + generations * offspring, epochs, images: numberAt(settings, 'recipe.trainImages') };
}

export function costWords(settings: SettingTree): string {
  const cost = costOf(settings);
  if (cost === null) return '';
  const images = cost.images === null ? 'all images' : `${whole(cost.images)} images`;
  return `${counted(cost.networks, 'network')} × ${counted(cost.epochs, 'epoch')} of ${images}`;
}
