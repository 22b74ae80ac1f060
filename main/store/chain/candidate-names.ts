/** Names that candidates of a run may have: those that are there, and those that its settings would make. */
import * as z from 'zod';
import { candidateId } from '../../../core/search/search-context.ts';
import type { ChainContent } from './hashes.ts';

const sizesSchema = z.object({ settings: z.object({ generations: z.int(), offspring: z.int() }) });

/** Names tried at most. */
const most = 20_000;

export function candidateNames({ steps, run }: Pick<ChainContent, 'steps' | 'run'>): Iterable<string> {
  const names = new Set(['initial', ...steps.map(({ candidate }) => candidate)]);
  const sizes = sizesSchema.safeParse(parsed(run.description));
  if (!sizes.success) return names;
  const { generations, offspring } = sizes.data.settings;
  for (let generation = 0; generation < generations; generation++) {
    for (let index = 0; index < offspring; index++) {
      if (names.size >= most) return names;
      names.add(candidateId(generation, index));
    }
  }
  return names;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
