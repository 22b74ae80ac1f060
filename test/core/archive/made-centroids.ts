/** Hashes of the centroids that version 0.1 made (test/golden/archive/plain-centroids.ts). */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

const requestSchema = z.object({
  key: z.array(z.union([z.string(), z.number()])),
  count: z.int(),
  dimensions: z.int(),
  samples: z.int(),
  sha256: z.string(),
});

export const madeCentroids = z
  .object({ runs: z.array(requestSchema) })
  .parse(JSON.parse(readFileSync(new URL('../../golden/archive/plain-centroids.json', import.meta.url), 'utf8'))).runs;
