/** Steps of candidates in the database: written in order and never again, parsed by their schema on the way out. */
import * as z from 'zod';
import { fail } from '../../core/failure.ts';
import {
  type CandidateRecord,
  type CandidateStep,
  candidateIdSchema,
  candidateStepSchema,
  candidateWord,
  recorded,
} from '../../core/search/candidate.ts';
import { visibleLine } from '../../core/text/visible.ts';
import { placesOf } from './places-of.ts';
import type { RunDatabase } from './run-database.ts';

/** A step as it lies in the database, before it is parsed. */
export interface StoredStep {
  readonly sequence: number;
  readonly candidate: string;
  readonly step: string;
  readonly body: string;
}

const storedStepSchema = z.object({
  sequence: z.int(),
  candidate: z.string(),
  step: z.string(),
  body: z.string(),
});

const lostRow =
  'the table of steps holds what no search records: the run is damaged. Restore the run folder from a copy.';

/** Rows as they come from the table. @throws FailureError (`run`) for one that is none */
function storedSteps(rows: readonly unknown[]): StoredStep[] {
  const parsed = z.array(storedStepSchema).safeParse(rows);
  return parsed.success ? parsed.data : fail('run', `At ${placesOf(parsed.error)}, ${lostRow}`);
}

/** @throws FailureError (`run`) quoting what stands where an id should, escaped */
function checkedId(stored: string): string {
  if (candidateIdSchema.safeParse(stored).success) return stored;
  return fail(
    'run',
    `${candidateWord(stored)} is no id of a candidate: they are \`initial\` and such as \`g003-017\`. The run is damaged, or was not made by LLMatic.`,
  );
}

/** Reads one stored step. @throws FailureError naming candidate and step when it does not fit its schema */
export function parseStep(stored: StoredStep): CandidateStep {
  const id = checkedId(stored.candidate);
  const step = visibleLine(stored.step.slice(0, 20));
  const place = `Candidate ${id}, step ${step}: the stored record is damaged`;
  let value: unknown;
  try {
    value = JSON.parse(stored.body);
  } catch {
    return fail('run', `${place}: it is no JSON.`);
  }
  const parsed = candidateStepSchema.safeParse(value);
  if (!parsed.success) {
    return fail('run', `${place} at ${placesOf(parsed.error)}.`);
  }
  if (parsed.data.step !== stored.step) {
    return fail('run', `Candidate ${id}: the row named ${step} holds a ${parsed.data.step} step.`);
  }
  return parsed.data;
}

export interface CandidateSteps {
  find(id: string): CandidateRecord | null;
  /** Ids in the order in which they were proposed. */
  ids(): string[];
  /** Steps in the order in which they were recorded, not parsed: all, or those after a sequence number. */
  stored(after?: number): StoredStep[];
  /** How many steps have sequence numbers up to this one. */
  count(last: number): number;
}

export function candidateSteps(database: RunDatabase): CandidateSteps {
  const select = database.prepare(
    'SELECT sequence, candidate, step, body FROM step WHERE candidate = ? ORDER BY sequence',
  );
  const selectIds = database.prepare("SELECT candidate FROM step WHERE step = 'proposed' ORDER BY sequence").pluck();
  const selectAfter = database.prepare(
    'SELECT sequence, candidate, step, body FROM step WHERE sequence > ? ORDER BY sequence',
  );
  const countUpTo = database.prepare('SELECT count(*) FROM step WHERE sequence <= ?').pluck();
  return {
    find(id) {
      const rows = storedSteps(select.all(id));
      return recorded(id, rows.map(parseStep));
    },
    ids: () => z.array(z.string()).parse(selectIds.all()).map(checkedId),
    count: (last) => z.int().parse(countUpTo.get(last)),
    stored: (after = 0) => storedSteps(selectAfter.all(after)),
  };
}

/** A step as it is to be stored. @throws FailureError (`run`) where it does not fit its schema */
export function bodyOf(id: string, step: CandidateStep): string {
  const parsed = candidateStepSchema.safeParse(step);
  if (parsed.success && candidateIdSchema.safeParse(id).success) return JSON.stringify(step);
  const why = parsed.success ? 'a search gives no such id' : z.prettifyError(parsed.error);
  return fail('run', `Candidate ${candidateWord(id)}, step ${step.step} is not recorded: ${why}`);
}
