/** Everything about one candidate of a run, in the shapes of the contract. */
import type { CandidateDetail } from '../../core/contract/candidates.ts';
import { fail } from '../../core/failure.ts';
import type { CandidateRecord } from '../../core/search/candidate.ts';
import { fitnessOfRecord, rowOfCandidate, testAccuracy } from './outcomes.ts';
import type { RunSnapshot } from './run-snapshot.ts';

/** The chain of first parents, oldest first. */
function lineageOf(snapshot: RunSnapshot, record: CandidateRecord): CandidateDetail['lineage'] {
  const chain: CandidateRecord[] = [];
  let next: CandidateRecord | undefined = record;
  while (next !== undefined && !chain.includes(next)) {
    chain.push(next);
    const parent: string | undefined = next.proposed?.parents[0];
    next = parent === undefined ? undefined : snapshot.records.get(parent);
  }
  return chain.reverse().map((step) => ({
    network: step.id,
    generation: step.proposed?.generation ?? -1,
    operator: step.proposed?.operator ?? 'initial',
    prompt: step.proposed?.individual?.prompt ?? null,
    temperature: step.proposed?.individual?.temperature ?? null,
    parents: [...(step.proposed?.parents ?? [])],
    fitness: fitnessOfRecord(step),
    testAccuracy: testAccuracy(step),
  }));
}

/** The class that was read out of its text; null for a refused one. */
export function sourceOf(record: CandidateRecord | undefined): string | null {
  return record?.interpreted?.verdict.kind === 'accepted' ? record.interpreted.verdict.source : null;
}

function repairedOf({ interpreted }: CandidateRecord): CandidateDetail['repaired'] {
  const verdict = interpreted?.verdict;
  if (verdict === undefined) return null;
  const applied = verdict.kind === 'accepted';
  const repaired = applied ? verdict.repaired : verdict.repairable;
  return repaired === undefined ? null : { ...repaired, applied };
}

/** @throws FailureError (`input`) when the run has no such candidate */
export function candidateOf(run: string, snapshot: RunSnapshot, id: string): CandidateRecord {
  const record = snapshot.records.get(id);
  return record ?? fail('input', `The run ${run} has no candidate ${JSON.stringify(id)}.`);
}

/** @throws FailureError (`input`) when the run has no such candidate */
export function detailOfCandidate(run: string, snapshot: RunSnapshot, id: string): CandidateDetail {
  const record = candidateOf(run, snapshot, id);
  const { proposed, generated, trained, inserted } = record;
  const result = trained?.result;
  const parent = proposed?.parents[0];
  return {
    row: rowOfCandidate(record, snapshot),
    seed: proposed?.seed ?? 0,
    selection: proposed?.selection ?? 'none',
    promptText: proposed?.promptText ?? '',
    text: generated?.text ?? null,
    tokens: generated?.tokens ?? null,
    generateSeconds: generated?.seconds ?? null,
    finish: generated?.finish ?? null,
    source: sourceOf(record),
    repaired: repairedOf(record),
    parentSource: parent === undefined ? null : sourceOf(snapshot.records.get(parent)),
    loss: result?.status === 'trained' ? result.loss : null,
    curve: result === undefined || result.status === 'fault' ? [] : [...result.curve],
    trainSeconds: result === undefined || result.status === 'fault' ? null : result.seconds,
    device: result === undefined || result.status === 'fault' ? null : result.device,
    networkPlacement: inserted?.network ?? null,
    promptPlacement: inserted?.prompt ?? null,
    credit: inserted?.credit ?? null,
    nextTemperature: inserted?.nextTemperature ?? null,
    lineage: lineageOf(snapshot, record),
    children: [...snapshot.records.values()].flatMap((other) =>
      other.proposed?.parents.includes(id) ? [other.id] : [],
    ),
  };
}
