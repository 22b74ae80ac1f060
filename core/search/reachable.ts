/** Where networks and prompts of a search can lie before any is written: what the budget and the prompt set allow. */
import { placeOnAxis } from '../archive/axis.ts';
import type { Box } from '../archive/half-spaces.ts';
import type { CommonSettings } from './common-settings.ts';
import type { ArchiveAxis } from './descriptors/axes.ts';
import { type Bound, limitsOf } from './descriptors/limits.ts';
import { promptDescriptors } from './descriptors/of-prompts.ts';
import { descriptors } from './descriptors/table.ts';
import { type AnyPromptSet, promptNumber } from './prompt-set.ts';

/** An axis whose upper part no network can reach. */
export interface LimitedAxis {
  readonly axis: ArchiveAxis;
  readonly bound: Bound;
  /** The largest place that a network can have, 0 to 1: what lies below the axis is clipped to its start. */
  readonly most: number;
}

type Limiting = Pick<CommonSettings, 'budget' | 'recipe'>;

/** The axes on which the budget ends before the axis does. */
export function limitedAxes(axes: readonly ArchiveAxis[], settings: Limiting): LimitedAxis[] {
  const limits = limitsOf(settings);
  return axes.flatMap((axis) => {
    const bound = descriptors[axis.descriptor].most(limits);
    if (bound === null) return [];
    const most = Math.max(0, placeOnAxis(axis, bound.value));
    return most < 1 ? [{ axis, bound, most }] : [];
  });
}

/** All places that networks within the budget can have. */
export function networkBox(axes: readonly ArchiveAxis[], settings: Limiting): Box {
  const limited = new Map(limitedAxes(axes, settings).map(({ axis, most }) => [axis.descriptor, most]));
  return { low: axes.map(() => 0), high: axes.map(({ descriptor }) => limited.get(descriptor) ?? 1) };
}

/** The places of each prompt at all temperatures, clipped as the archive does. */
export function promptBoxes(settings: CommonSettings, prompts: AnyPromptSet): Box[] {
  const { minimum, maximum } = settings.temperature;
  const clipped = (temperature: number, number: number): number[] =>
    promptDescriptors(settings, number, temperature).map((place) => Math.min(1, Math.max(0, place)));
  return prompts.mutation.flatMap(({ id }) => {
    const number = promptNumber(prompts, id);
    return number === null ? [] : [{ low: clipped(minimum, number), high: clipped(maximum, number) }];
  });
}

/** `beyond budget.flops`: why niches of these axes are out of reach; empty where none is. */
export function limitReasons(axes: readonly ArchiveAxis[], settings: Limiting): string {
  const names = new Set(limitedAxes(axes, settings).map(({ bound }) => bound.setting));
  return names.size === 0 ? '' : `beyond ${[...names].join(' and ')}`;
}
