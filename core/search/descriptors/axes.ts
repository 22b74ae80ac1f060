/** Axes of the network archive as settings: which descriptors, how scaled, between which ends. */
import * as z from 'zod';
import { type DescriptorAxis, placeOnAxis } from '../../archive/axis.ts';
import { fail } from '../../failure.ts';
import { quotedShort } from '../../spelling.ts';
import type { DescribedNetwork, Descriptor } from './descriptor.ts';
import { type DescriptorName, descriptorNames, descriptors, isDescriptorName } from './table.ts';

/** Axes of one archive at most: with more of them nearly all niches stay empty. */
const mostAxes = 6;

/** Ends of a descriptor's own range, in units of a scale. */
function rangeOf({ axis }: Descriptor, scale: DescriptorAxis['scale']): DescriptorAxis {
  if (scale === axis.scale) return axis;
  const { min, max } = axis;
  // Where 0 has no logarithm, an axis of powers begins at 1.
  if (scale === 'log10') return { scale, min: Math.log10(Math.max(1, min)), max: Math.log10(max) };
  return { scale, min: 0, max: 10 ** max };
}

/** A whole axis from a descriptor's name, or with what is left out as the descriptor has it. */
function completed(value: unknown): unknown {
  const given = typeof value === 'string' ? { descriptor: value } : value;
  const parsed = z
    .looseObject({ descriptor: z.string(), scale: z.enum(['linear', 'log10']).optional() })
    .safeParse(given);
  if (!parsed.success || !isDescriptorName(parsed.data.descriptor)) return given;
  const row = descriptors[parsed.data.descriptor];
  return { ...rangeOf(row, parsed.data.scale ?? row.axis.scale), ...parsed.data };
}

const axisSchema = z.preprocess(
  completed,
  z
    .strictObject({
      descriptor: z.enum(descriptorNames, {
        error: ({ input }) =>
          `${input === undefined ? 'no descriptor is given' : `there is no descriptor ${quotedShort(String(input))}`}; there are ${descriptorNames.join(', ')}`,
      }),
      scale: z.enum(['linear', 'log10']),
      min: z.number(),
      max: z.number(),
    })
    .refine((axis) => axis.max > axis.min, { error: 'max must exceed min', path: ['max'] }),
);

/** One axis: a descriptor between two ends in scaled units (exponents under log10). */
export type ArchiveAxis = z.infer<typeof axisSchema>;

/** Text from a command line: names with commas between them. */
function listed(value: unknown): unknown {
  return typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value;
}

/** A list of axes as it is read, each whole, before any is checked; null for what is no list. */
export function readAxes(value: unknown): unknown[] | null {
  const list = z.array(z.unknown()).safeParse(listed(value));
  return list.success ? list.data.map(completed) : null;
}

export const axesSchema = z.preprocess(
  listed,
  z
    .array(axisSchema)
    .min(2, 'an archive needs at least two axes')
    .max(mostAxes, `an archive has at most ${mostAxes} axes`)
    .refine((axes) => new Set(axes.map(({ descriptor }) => descriptor)).size === axes.length, {
      error: 'each descriptor can be an axis only once',
    }),
);

/** Axes from names alone, as the command line gives them. @throws FailureError kind `usage` */
export function axesOf(names: readonly string[]): ArchiveAxis[] {
  const parsed = axesSchema.safeParse(names);
  if (parsed.success) return parsed.data;
  return fail('usage', `These axes cannot be: ${parsed.error.issues.map(({ message }) => message).join('; ')}.`);
}

/** Measures [d] of a network on some axes. @throws FailureError kind `internal` for one that is not known of it */
export function measuresOn(
  axes: readonly { readonly descriptor: DescriptorName }[],
  network: DescribedNetwork,
): number[] {
  return axes.map(
    ({ descriptor }) =>
      descriptors[descriptor].measure(network) ??
      fail('internal', `The descriptor ${descriptor} of a network is not known ${descriptors[descriptor].known}.`),
  );
}

/** Places [d] of a network on some axes: 0 to 1, or outside. */
export function placesOn(axes: readonly ArchiveAxis[], network: DescribedNetwork): number[] {
  return measuresOn(axes, network).map((value, index) => {
    const axis = axes[index];
    return axis === undefined ? value : placeOnAxis(axis, value);
  });
}

/** Smallest and largest value of a descriptor. */
export interface Extent {
  readonly least: number;
  readonly most: number;
}

/** By axis: between which values networks lie; null where none is known. */
export function extentsOn(axes: readonly ArchiveAxis[], networks: Iterable<DescribedNetwork>): (Extent | null)[] {
  const extents: (Extent | null)[] = axes.map(() => null);
  for (const network of networks) {
    for (const [index, { descriptor }] of axes.entries()) {
      const value = descriptors[descriptor].measure(network);
      if (value === null) continue;
      const known = extents[index] ?? { least: value, most: value };
      extents[index] = { least: Math.min(known.least, value), most: Math.max(known.most, value) };
    }
  }
  return extents;
}
