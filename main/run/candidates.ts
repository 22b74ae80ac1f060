/** The candidates of a run: one as a row, and everything about one. */
import type { CandidateDetail, CandidateRow } from '../../core/contract/candidates.ts';
import { fail } from '../../core/failure.ts';
import { acceptedOf, type CandidateRecord, isEnded, repairStateOf, resultOf } from '../../core/search/candidate.ts';
import { outcomeOf } from '../../core/search/fitness.ts';
import { childrenOf, lineage } from './lineage.ts';
import { fitnessOfRecord, lastStep, outcomeWord, reasonOf, sourceOf } from './outcomes.ts';
import { archivesNow, type Run } from './run.ts';

export function rowOfCandidate(record: CandidateRecord, run: Pick<Run, 'ends' | 'settings'>): CandidateRow {
  const { proposed, interpreted, trained, inserted } = record;
  const accepted = acceptedOf(record);
  const outcome = inserted === null && isEnded(record) ? outcomeOf(run.settings, record) : null;
  const niche = inserted?.network?.niche ?? null;
  const holder = niche === null ? undefined : archivesNow(run).networks.elites.get(niche);
  return {
    id: record.id,
    generation: proposed.generation,
    index: proposed.index,
    operator: proposed.operator,
    parents: [...proposed.parents],
    prompt: proposed.individual?.prompt ?? null,
    temperature: proposed.individual?.temperature ?? null,
    step: lastStep(record),
    outcome: outcomeWord(record),
    repair: interpreted === null ? null : repairStateOf(interpreted),
    reason: reasonOf(record),
    standsInFor: accepted?.standsInFor ?? null,
    fitness: fitnessOfRecord(record),
    fitnessToBe: outcome?.kind === 'trained' ? outcome.fitness : null,
    accuracy: resultOf(record)?.accuracy ?? null,
    measures: accepted?.measures ?? null,
    hash: accepted?.hash ?? null,
    sameAs: trained?.sameAs ?? null,
    niche,
    added: inserted === null ? null : (inserted.network?.added ?? false),
    elite: holder?.record.id === record.id,
  };
}

function repairedOf({ interpreted }: CandidateRecord): CandidateDetail['repaired'] {
  const verdict = interpreted?.verdict;
  if (verdict === undefined) return null;
  const applied = verdict.kind === 'accepted';
  const repaired = applied ? verdict.repaired : verdict.repairable;
  return repaired === undefined ? null : { ...repaired, applied };
}

/** `name`: what the run is called. @throws FailureError (`input`) when the run has no such candidate */
export function candidateOf(name: string, { records }: Run, id: string): CandidateRecord {
  return records.get(id) ?? fail('input', `The run ${name} has no candidate ${JSON.stringify(id)}.`);
}

/** @throws FailureError (`input`) when the run has no such candidate */
export function detailOfCandidate(name: string, run: Run, id: string): CandidateDetail {
  const record = candidateOf(name, run, id);
  const { proposed, generated, trained, inserted } = record;
  const result = trained?.result;
  const ran = result === undefined || result.status === 'fault' ? null : result;
  const parent = proposed.parents[0];
  return {
    row: rowOfCandidate(record, run),
    seed: proposed.seed,
    selection: proposed.selection,
    promptText: proposed.promptText,
    text: generated?.text ?? null,
    tokens: generated?.tokens ?? null,
    generateSeconds: generated?.seconds ?? null,
    finish: generated?.finish ?? null,
    source: sourceOf(record),
    repaired: repairedOf(record),
    parentSource: parent === undefined ? null : sourceOf(run.records.get(parent)),
    loss: resultOf(record)?.loss ?? null,
    curve: [...(ran?.curve ?? [])],
    trainSeconds: ran?.seconds ?? null,
    device: ran?.device ?? null,
    networkPlacement: inserted?.network ?? null,
    promptPlacement: inserted?.prompt ?? null,
    credit: inserted?.credit ?? null,
    nextTemperature: inserted?.nextTemperature ?? null,
    lineage: lineage(run, id),
    children: childrenOf(run, id),
  };
}
