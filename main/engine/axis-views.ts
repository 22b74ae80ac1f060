/** The axes of both archives in the shapes of the contract. */
import type { ClipCount } from '../../core/archive/archive.ts';
import type { AxisView } from '../../core/contract/archives.ts';
import type { ArchiveAxis } from '../../core/search/descriptors/axes.ts';
import { promptAxes } from '../../core/search/descriptors/of-prompts.ts';
import { descriptors } from '../../core/search/descriptors/table.ts';
import type { Settings } from '../../core/search/settings.ts';

const none: ClipCount = { below: 0, above: 0 };

/** @param clipped by axis; none before anything was inserted */
export function networkAxisViews(axes: readonly ArchiveAxis[], clipped: readonly ClipCount[]): AxisView[] {
  return axes.map(({ descriptor, scale, min, max }, index) => {
    const { label, unit, figure } = descriptors[descriptor];
    return { descriptor, label, unit, figure, scale, min, max, names: null, clipped: clipped[index] ?? none };
  });
}

/** @param prompts ids of the mutation prompts, in order of their numbers */
export function promptAxisViews(
  settings: Settings,
  prompts: readonly string[],
  clipped: readonly ClipCount[],
): AxisView[] {
  const { prompt, temperature } = promptAxes(settings);
  const plain = { unit: '', figure: 'plain' } as const;
  return [
    { descriptor: 'prompt', label: 'prompt', ...plain, ...prompt, names: [...prompts], clipped: clipped[0] ?? none },
    {
      descriptor: 'temperature',
      label: 'temperature',
      ...plain,
      ...temperature,
      names: null,
      clipped: clipped[1] ?? none,
    },
  ];
}
