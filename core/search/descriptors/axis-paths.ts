/** One end of one axis as a setting: `networkArchive.axes.flops.min`, or as version 0.1 called it, `networkArchive.flops.min`. */
import * as z from 'zod';
import { fail } from '../../failure.ts';
import { readAxes } from './axes.ts';
import { type DescriptorName, descriptors, isDescriptorName } from './table.ts';

export interface AxisPath {
  readonly descriptor: DescriptorName;
  readonly field: 'scale' | 'min' | 'max';
}

const fieldSchema = z.enum(['scale', 'min', 'max']);

/** Null for the path of any other setting. */
export function axisPath(path: string): AxisPath | null {
  const [, descriptor = '', name] = /^networkArchive\.(?:axes\.)?(\w+)\.(\w+)$/.exec(path) ?? [];
  const field = fieldSchema.safeParse(name);
  return isDescriptorName(descriptor) && field.success ? { descriptor, field: field.data } : null;
}

const archiveSchema = z.looseObject({ networkArchive: z.looseObject({ axes: z.unknown() }) });
const axisSchema = z.looseObject({ descriptor: z.string() });

function descriptorOf(axis: unknown): string | null {
  const parsed = axisSchema.safeParse(axis);
  return parsed.success ? parsed.data.descriptor : null;
}

/** Settings with that end changed, not yet checked. @throws FailureError kind `usage` when no axis has the descriptor */
export function withAxisField(settings: object, { descriptor, field }: AxisPath, value: unknown): object {
  const parsed = archiveSchema.safeParse(settings);
  const axes = parsed.success ? readAxes(parsed.data.networkArchive.axes) : null;
  // Axes that are no list are refused as such.
  if (!parsed.success || axes === null) return settings;
  const names = axes.map(descriptorOf);
  if (!names.includes(descriptor)) {
    const present = names.join(',');
    const { label } = descriptors[descriptor];
    fail(
      'usage',
      `The network archive has no axis of ${label}: its axes are ${present}. Name them anew, for example --set networkArchive.axes=${present},${descriptor}.`,
    );
  }
  const changed = axes.map((axis) =>
    descriptorOf(axis) === descriptor ? { ...axisSchema.parse(axis), [field]: value } : axis,
  );
  return { ...parsed.data, networkArchive: { ...parsed.data.networkArchive, axes: changed } };
}

/** `networkArchive.axes.1.max` as `networkArchive.axes.flops.max`: a place in the list by its descriptor. */
export function namedPlace(settings: object, path: readonly PropertyKey[]): string {
  const [group, list, index, ...rest] = path;
  if (group !== 'networkArchive' || list !== 'axes' || typeof index !== 'number') return path.join('.');
  const parsed = archiveSchema.safeParse(settings);
  const axes = parsed.success ? readAxes(parsed.data.networkArchive.axes) : null;
  return [group, list, descriptorOf(axes?.[index]) ?? index, ...rest].join('.');
}
