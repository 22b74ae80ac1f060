/** A network as it crosses from one of our own processes or threads to another, each made by the same interpreter. */
import * as z from 'zod';
import type { Network } from './ir.ts';

/** Only its version and outline are checked: what is not ours is read by network-json.ts. */
export const networkOfOurs = z.custom<Network>(
  (value) =>
    z
      .object({
        version: z.literal(1),
        input: z.array(z.int()),
        nodes: z.array(z.object({ operator: z.string() })),
        output: z.int(),
        parameters: z.array(z.object({ name: z.string() })),
        buffers: z.array(z.object({ name: z.string() })),
      })
      .safeParse(value).success,
  'not a network of version 1',
);
