/** What became of a candidate, in the words of the contract. */
import type { CandidateRow } from '../../core/contract/candidates.ts';
import type { Failure } from '../../core/failure.ts';
import { faultedStep } from '../../core/search/again.ts';
import { acceptedOf, type CandidateRecord, isEnded, resultOf, stepsOf } from '../../core/search/candidate.ts';

/** The last step of its life that is recorded. */
export function lastStep(record: CandidateRecord): CandidateRow['step'] {
  return stepsOf(record).at(-1)?.step ?? 'proposed';
}

export function outcomeWord(record: CandidateRecord): CandidateRow['outcome'] {
  if (!isEnded(record)) return 'working';
  if (record.trained === null) return record.interpreted.verdict.reason.kind === 'fault' ? 'set aside' : 'refused';
  const { status } = record.trained.result;
  return status === 'fault' ? 'set aside' : status;
}

/** Why it was refused, diverged or was set aside; null otherwise. */
export function reasonOf(record: CandidateRecord): Failure | null {
  if (!isEnded(record)) return null;
  if (record.trained === null) return record.interpreted.verdict.reason;
  const { result } = record.trained;
  if (result.status === 'fault') return { kind: result.kind, message: result.message };
  if (result.status === 'diverged') {
    return {
      kind: 'diverged',
      message: `The loss was no longer finite at step ${result.step}. A lower learning rate may help.`,
    };
  }
  return null;
}

/** Fitness as recorded at its insertion; before that null, since an archive has not judged it. */
export function fitnessOfRecord(record: CandidateRecord): number | null {
  return record.inserted?.fitness ?? null;
}

/** Share of test images classified right; null where it was not measured. */
export function testAccuracy(record: CandidateRecord | undefined): number | null {
  return resultOf(record)?.accuracy.test ?? null;
}

/** The class that was read out of its text; null for a refused one. */
export function sourceOf(record: CandidateRecord | undefined): string | null {
  return acceptedOf(record)?.source ?? null;
}

/** Candidates that faults of the machine set aside. */
export function setAsideOf(records: ReadonlyMap<string, CandidateRecord>): CandidateRecord[] {
  return [...records.values()].filter((record) => faultedStep(record) !== null);
}

/** Content hash of a candidate's weights: its own, or those of the same network whose result it reuses. */
export function weightsOf(
  record: CandidateRecord | undefined,
  records: ReadonlyMap<string, CandidateRecord>,
): string | null {
  const trained = record?.trained ?? null;
  const own = trained?.weights ?? null;
  if (own !== null || trained === null || trained.sameAs === null) return own;
  return records.get(trained.sameAs)?.trained?.weights ?? null;
}
