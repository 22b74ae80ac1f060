/**
 * Whether the axes of a network archive suit what a search finds: networks clipped to an end of an axis, niches that the
 * budget puts out of reach, an axis on which all elites are alike. Each with what to change.
 */
import * as z from 'zod';
import type { ClipCount } from '../archive/archive.ts';
import { placeOnAxis, valueOnAxis } from '../archive/axis.ts';
import type { CommonSettings } from './common-settings.ts';
import type { ArchiveAxis, Extent } from './descriptors/axes.ts';
import { descriptorNames, descriptors } from './descriptors/table.ts';
import { limitedAxes } from './reachable.ts';

const axisHealthSchema = z.object({
  descriptor: z.enum(descriptorNames),
  /** Networks that lay below and above the axis and were moved to its end. */
  below: z.int(),
  above: z.int(),
  /** Share of all that tried to enter. */
  clippedShare: z.number(),
  /** The value that all elites share; null where they differ or are fewer than three. */
  collapsed: z.number().nullable(),
  /** The largest value that the budget allows, where the axis goes beyond it. */
  most: z.object({ value: z.number(), setting: z.string() }).nullable(),
});

export const archiveHealthSchema = z.object({
  /** Networks that tried to enter. */
  tried: z.int(),
  axes: z.array(axisHealthSchema),
  /** Niches that no network within the budget can fill; null where descriptors are not scaled. */
  unreachable: z.int().nullable(),
  /** What is wrong and what to change, a sentence each; empty for a healthy archive. */
  remarks: z.array(z.string()),
});

type AxisHealth = z.infer<typeof axisHealthSchema>;
export type ArchiveHealth = z.infer<typeof archiveHealthSchema>;

export interface HealthQuestion {
  readonly settings: Pick<CommonSettings, 'budget' | 'recipe'>;
  readonly axes: readonly ArchiveAxis[];
  /** Networks that tried to enter. */
  readonly tried: number;
  /** By axis; none before anything was inserted. */
  readonly clipped: readonly ClipCount[];
  /** By axis: what those networks have; null where it is not known. */
  readonly extents: readonly (Extent | null)[];
  /** Places [d] of the elites. */
  readonly elites: readonly (readonly number[])[];
  readonly niches: number;
  /** Niches out of reach; null where descriptors are not scaled. */
  readonly unreachable: number | null;
}

/** Fewer elites may well be alike. */
const enoughElites = 3;

/** Fewer clipped networks than this share are no reason to change an axis. */
const muchClipped = 0.05;

/** `3.2 M`, `0.45`, `12`: three digits. */
function shortValue(value: number): string {
  const prefixes = ['', ' k', ' M', ' G', ' T'];
  let scaled = value;
  let step = 0;
  while (Math.abs(scaled) >= 999.5 && step < prefixes.length - 1) {
    scaled /= 1000;
    step++;
  }
  return `${Number(scaled.toPrecision(3))}${prefixes[step]}`;
}

/** An end of an axis in its own units, a little rounded outwards: `4.2` under log10. */
function scaledEnd({ scale }: ArchiveAxis, value: number, outwards: 'down' | 'up'): string {
  const scaled = scale === 'log10' ? Math.log10(Math.max(value, 1e-12)) : value;
  const unit = scale === 'log10' ? 0.1 : 10 ** Math.floor(Math.log10(Math.max(Math.abs(scaled), 1e-12)) - 1);
  const steps = outwards === 'up' ? Math.ceil(scaled / unit) : Math.floor(scaled / unit);
  return String(Number((steps * unit).toPrecision(6)));
}

function axisHealth(question: HealthQuestion, axis: ArchiveAxis, index: number): AxisHealth {
  const { below, above } = question.clipped[index] ?? { below: 0, above: 0 };
  const limited = limitedAxes([axis], question.settings)[0];
  const places = question.elites.map((place) => Math.min(1, Math.max(0, place[index] ?? 0)));
  const [first] = places;
  const isCollapsed = places.length >= enoughElites && places.every((place) => place === first);
  return {
    descriptor: axis.descriptor,
    below,
    above,
    clippedShare: question.tried === 0 ? 0 : (below + above) / question.tried,
    collapsed: isCollapsed && first !== undefined ? valueOnAxis(axis, first) : null,
    most: limited === undefined ? null : limited.bound,
  };
}

/** Whether the range that suits most searches holds all that was found, and the axis is another. */
function suits(axis: ArchiveAxis, { least, most }: Extent): boolean {
  const usual = descriptors[axis.descriptor].axis;
  if (usual.scale === axis.scale && usual.min === axis.min && usual.max === axis.max) return false;
  return placeOnAxis(usual, least) >= 0 && placeOnAxis(usual, most) <= 1;
}

function endsRemedy(axis: ArchiveAxis, found: Extent): string {
  if (suits(axis, found)) {
    const { scale, min, max } = descriptors[axis.descriptor].axis;
    return `Take its usual range, ${scale} from ${min} to ${max}`;
  }
  const changes = [
    ...(found.least < valueOnAxis(axis, 0) ? [`min to ${scaledEnd(axis, found.least, 'down')}`] : []),
    ...(found.most > valueOnAxis(axis, 1) ? [`max to ${scaledEnd(axis, found.most, 'up')}`] : []),
  ];
  return `Set its ${changes.join(' and its ')}`;
}

function clippedRemark(question: HealthQuestion, axis: ArchiveAxis, index: number): string[] {
  const { below, above, clippedShare } = axisHealth(question, axis, index);
  const found = question.extents[index] ?? null;
  if (clippedShare < muchClipped || found === null) return [];
  const { label } = descriptors[axis.descriptor];
  const [start, end] = [shortValue(valueOnAxis(axis, 0)), shortValue(valueOnAxis(axis, 1))];
  const count = below + above;
  const all = count === question.tried ? `All ${count}` : `${count} of ${question.tried}`;
  const where =
    above === 0
      ? `below ${start} ${label}, the lower end of the axis,`
      : below === 0
        ? `above ${end} ${label}, the upper end of the axis,`
        : `outside ${start} to ${end} ${label}, the ends of the axis,`;
  return [
    `${all} networks lie ${where} and were moved to ${above > 0 && below > 0 ? 'its ends' : 'it'}, where the archive cannot tell them apart. ${endsRemedy(axis, found)} (networkArchive.axes).`,
  ];
}

function collapsedRemark(question: HealthQuestion, axis: ArchiveAxis, index: number): string[] {
  const { collapsed, clippedShare } = axisHealth(question, axis, index);
  const found = question.extents[index] ?? null;
  // That all lie at one end is told already.
  if (collapsed === null || clippedShare >= muchClipped || found === null) return [];
  const { label } = descriptors[axis.descriptor];
  return [
    `All ${question.elites.length} elites have the same ${label}, ${shortValue(collapsed)}: the axis tells none of them apart. Choose another descriptor (networkArchive.axes).`,
  ];
}

function unreachableRemark(question: HealthQuestion): string[] {
  const { unreachable, niches, axes, settings } = question;
  if (unreachable === null || unreachable === 0) return [];
  const reasons = limitedAxes(axes, settings).map(({ axis, bound }) => {
    const { label } = descriptors[axis.descriptor];
    return {
      why: `${bound.setting} allows ${shortValue(bound.value)} (${label})`,
      remedy: `set the max of the axis of ${label} to ${scaledEnd(axis, bound.value, 'up')}, or raise ${bound.setting}`,
    };
  });
  const why = reasons.map((reason) => reason.why).join(' and ');
  const remedy = reasons.map((reason) => reason.remedy).join('; ');
  return [`${unreachable} of ${niches} niches cannot be reached: ${why}. To use them all, ${remedy}.`];
}

export function archiveHealth(question: HealthQuestion): ArchiveHealth {
  const { axes, tried, unreachable } = question;
  // Raw measures are compared without the axes.
  const scaled = unreachable === null ? [] : axes;
  return {
    tried,
    axes: axes.map((axis, index) => axisHealth(question, axis, index)),
    unreachable,
    remarks: [
      ...scaled.flatMap((axis, index) => clippedRemark(question, axis, index)),
      ...scaled.flatMap((axis, index) => collapsedRemark(question, axis, index)),
      ...unreachableRemark(question),
    ],
  };
}
