/** What became of the offspring of each prompt: which prompts help this model. Figures of a run, from its records. */
import * as z from 'zod';
import {
  acceptedOf,
  type CandidateRecord,
  type EndedCandidate,
  isEnded,
  proposedSchema,
  repairStateOf,
} from './candidate.ts';
import { outcomeOf } from './fitness.ts';
import { asksOf, type PromptSet } from './prompt-set.ts';
import type { Settings } from './settings.ts';

export const promptFiguresSchema = z.object({
  /** Id of the prompt; those of other operators are `crossover-two`, `crossover-three`, `random-network`. */
  prompt: z.string(),
  operator: proposedSchema.shape.operator,
  /** Offspring whose fate is known. */
  offspring: z.int(),
  /** Accepted and trained without diverging; repaired ones counted, where the setting repair is on. */
  trainable: z.int(),
  /** Those of them that needed no repair. */
  asWritten: z.int(),
  /** Refused ones that repair would have made a network of. They were not trained. */
  repairable: z.int(),
  /** Trainable ones that do what the prompt asks; null where that is not defined or was not recorded. */
  followed: z.int().nullable(),
  /** Trainable ones that are one of their parents. */
  copies: z.int(),
  /** Trainable ones that are no copies, and the first of the run with their network hash. */
  distinct: z.int(),
  /** Those that became elites of the network archive when they were inserted. */
  added: z.int(),
  /** The rest by kind of reason; `diverged`, and `set aside` after a fault of the machine, are two of them. */
  byReason: z.record(z.string(), z.int()),
  /** Written by the model, and the seconds that took. */
  tokens: z.int(),
  seconds: z.number(),
  /** Mean sampling temperature; null without offspring. */
  temperature: z.number().nullable(),
});

export type PromptFigures = z.infer<typeof promptFiguresSchema>;

type Counted = { -readonly [key in keyof PromptFigures]: PromptFigures[key] };

function emptyFigures(set: PromptSet, prompt: string, operator: PromptFigures['operator']): Counted {
  return {
    prompt,
    operator,
    offspring: 0,
    trainable: 0,
    asWritten: 0,
    repairable: 0,
    followed: asksOf(set, prompt).stated ? 0 : null,
    copies: 0,
    distinct: 0,
    added: 0,
    byReason: {},
    tokens: 0,
    seconds: 0,
    temperature: null,
  };
}

/** Why it is not trainable, by kind. */
function reasonKind({ trained, interpreted }: EndedCandidate): string {
  return trained === null ? interpreted.verdict.reason.kind : 'diverged';
}

/** Counts a trainable one. `seen`: hashes of the run so far. */
function countTrainable(
  row: Counted,
  record: CandidateRecord,
  records: ReadonlyMap<string, CandidateRecord>,
  seen: Set<string>,
): void {
  const accepted = acceptedOf(record);
  if (accepted === null) return;
  const { hash, repaired, standsInFor, followed = null } = accepted;
  row.trainable++;
  if (repaired === undefined && standsInFor === undefined) row.asWritten++;
  if (followed === null) row.followed = null;
  else if (followed && row.followed !== null) row.followed++;
  if (record.proposed.parents.some((parent) => acceptedOf(records.get(parent))?.hash === hash)) row.copies++;
  else if (!seen.has(hash)) row.distinct++;
  seen.add(hash);
  if (record.inserted?.network?.added === true) row.added++;
}

/**
 * One row for each prompt of the set, in its order, then one for each other prompt that there was. `records` by id, of a
 * run or of a part of it.
 */
export function promptFigures(
  settings: Settings,
  set: PromptSet,
  records: ReadonlyMap<string, CandidateRecord>,
): PromptFigures[] {
  const rows = new Map(set.mutation.map(({ id }) => [id, emptyFigures(set, id, 'mutation')]));
  const temperatures = new Map<string, number>();
  const place = ({ proposed }: CandidateRecord): number => proposed.generation * 1e6 + proposed.index;
  const inOrder = [...records.values()].sort((a, b) => place(a) - place(b));
  const seen = new Set<string>();
  for (const record of inOrder) {
    const { proposed } = record;
    const { individual } = proposed;
    if (individual === null || !isEnded(record)) continue;
    const outcome = outcomeOf(settings, record);
    const row = rows.get(individual.prompt) ?? emptyFigures(set, individual.prompt, proposed.operator);
    rows.set(individual.prompt, row);
    row.offspring++;
    row.tokens += record.generated.tokens;
    row.seconds += record.generated.seconds;
    temperatures.set(individual.prompt, (temperatures.get(individual.prompt) ?? 0) + individual.temperature);
    if (outcome.kind === 'trained') {
      countTrainable(row, record, records, seen);
      continue;
    }
    const reason = outcome.kind === 'set aside' ? 'set aside' : reasonKind(record);
    row.byReason[reason] = (row.byReason[reason] ?? 0) + 1;
    if (repairStateOf(record.interpreted) === 'possible') row.repairable++;
  }
  for (const [prompt, sum] of temperatures) {
    const row = rows.get(prompt);
    if (row !== undefined) row.temperature = sum / row.offspring;
  }
  return [...rows.values()];
}
