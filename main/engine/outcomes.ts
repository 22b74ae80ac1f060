/** What became of a candidate, in the words of the contract. */
import type { CandidateRow } from '../../core/contract/candidates.ts';
import type { Failure } from '../../core/failure.ts';
import { type CandidateRecord, repairStateOf } from '../../core/search/candidate.ts';
import type { RunSnapshot } from './run-snapshot.ts';

const steps = ['inserted', 'trained', 'interpreted', 'generated', 'proposed'] as const;

function lastStep(record: CandidateRecord): CandidateRow['step'] {
  return steps.find((step) => record[step] !== null) ?? 'proposed';
}

export function outcomeWord({ interpreted, trained }: CandidateRecord): CandidateRow['outcome'] {
  const verdict = interpreted?.verdict;
  if (verdict?.kind === 'refused') return verdict.reason.kind === 'fault' ? 'set aside' : 'refused';
  if (trained === null) return 'working';
  return trained.result.status === 'fault' ? 'set aside' : trained.result.status;
}

/** Why it was refused, diverged or was set aside; null otherwise. */
function reasonOf({ interpreted, trained }: CandidateRecord): Failure | null {
  const verdict = interpreted?.verdict;
  if (verdict?.kind === 'refused') return verdict.reason;
  const result = trained?.result;
  if (result?.status === 'fault') return { kind: result.kind, message: result.message };
  if (result?.status === 'diverged') {
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
  const result = record?.trained?.result;
  return result?.status === 'trained' ? result.accuracy.test : null;
}

export function rowOfCandidate(record: CandidateRecord, { ends }: RunSnapshot): CandidateRow {
  const { proposed, interpreted, trained, inserted } = record;
  const accepted = interpreted?.verdict.kind === 'accepted' ? interpreted.verdict : null;
  const niche = inserted?.network?.niche ?? null;
  const holder = niche === null ? undefined : ends.at(-1)?.networks.elites.get(niche);
  return {
    id: record.id,
    generation: proposed?.generation ?? -1,
    index: proposed?.index ?? 0,
    operator: proposed?.operator ?? 'initial',
    parents: [...(proposed?.parents ?? [])],
    prompt: proposed?.individual?.prompt ?? null,
    temperature: proposed?.individual?.temperature ?? null,
    step: lastStep(record),
    outcome: outcomeWord(record),
    repair: interpreted === null ? null : repairStateOf(interpreted),
    reason: reasonOf(record),
    fitness: fitnessOfRecord(record),
    accuracy: trained?.result.status === 'trained' ? trained.result.accuracy : null,
    measures: accepted?.measures ?? null,
    hash: accepted?.hash ?? null,
    sameAs: trained?.sameAs ?? null,
    niche,
    added: inserted?.network?.added ?? (inserted === null ? null : false),
    elite: holder?.record.id === record.id,
  };
}
