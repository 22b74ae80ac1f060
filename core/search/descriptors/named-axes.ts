/**
 * Settings of version 0.1: its network archive had the two axes of the paper, each a field of its own
 * (`networkArchive.widthToDepth`, `networkArchive.flops`). They become the list of axes, so that its runs still open.
 */
import * as z from 'zod';

/** Section 4.1: width to depth from 0 to 200, and 200 MFLOPs to 5 GFLOPs. */
export const paperAxes = [
  { descriptor: 'widthToDepth', scale: 'linear', min: 0, max: 200 },
  { descriptor: 'flops', scale: 'linear', min: 200e6, max: 5e9 },
] as const;

const namedSchema = z.looseObject({
  widthToDepth: z.looseObject({}).optional(),
  flops: z.looseObject({}).optional(),
  axes: z.undefined().optional(),
});

/** A network archive whose axes are fields, with a list of them; every other as it is. */
export function withListedAxes(archive: unknown): unknown {
  const parsed = namedSchema.safeParse(archive);
  if (!parsed.success) return archive;
  const { widthToDepth, flops, axes: _, ...others } = parsed.data;
  if (widthToDepth === undefined && flops === undefined) return archive;
  // What a field left out it had from the paper.
  const [first, second] = paperAxes;
  return {
    ...others,
    axes: [
      { ...first, ...widthToDepth },
      { ...second, ...flops },
    ],
  };
}
