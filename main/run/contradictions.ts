/** Recorded insertions that contradict the ones before them: strictly better replaces, a tie keeps. */
import type { CandidateRecord, Placement } from '../../core/search/candidate.ts';
import { afterInsertion, beginning, type RecordedArchive, type RecordedArchives } from './archives.ts';

/** Who holds a niche depends on neither: the settings of the run may be what is damaged. */
const anyRules = { curiosity: { creditTo: 'selected' }, promptArchive: { fitness: 'added' } } as const;

/** The archives after all insertions, in their order. `report` hears of each that contradicts the ones before it. */
export function checkedArchives(
  inserted: readonly CandidateRecord[],
  report: (problem: string) => void,
): RecordedArchives {
  let archives: RecordedArchives = beginning;
  for (const record of inserted) {
    const step = record.inserted;
    if (step === null) continue;
    if (step.network !== null) checkFitness(archives.networks, record, step.network, report);
    checkReplaced('network', archives.networks, record, step.network, report);
    checkReplaced('prompt', archives.prompts, record, step.prompt, report);
    archives = afterInsertion(anyRules, archives, record);
  }
  return archives;
}

function checkReplaced(
  name: string,
  { elites }: RecordedArchive,
  record: CandidateRecord,
  placement: Placement | null,
  report: (problem: string) => void,
): void {
  if (placement?.added !== true) return;
  const incumbent = elites.get(placement.niche)?.record.id ?? null;
  if (placement.replaced === incumbent) return;
  report(
    `Candidate ${record.id}: recorded as replacing ${placement.replaced ?? 'nobody'} in niche ${placement.niche} of the ${name} archive, where ${incumbent ?? 'nobody'} was.`,
  );
}

/** In the network archive the recorded fitness decides: an added one was better than the incumbent, and strictly. */
function checkFitness(
  { elites }: RecordedArchive,
  record: CandidateRecord,
  placement: Placement,
  report: (problem: string) => void,
): void {
  const fitness = record.inserted?.fitness ?? null;
  if (fitness === null) {
    if (placement.added) report(`Candidate ${record.id}: added to the network archive without a fitness.`);
    return;
  }
  const incumbent = elites.get(placement.niche);
  const better = incumbent === undefined || fitness > incumbent.fitness;
  if (placement.added && !better) {
    report(
      `Candidate ${record.id}: added to niche ${placement.niche}, though ${incumbent?.record.id} there is as good.`,
    );
  }
  if (!placement.added && better && (placement.why === 'not better' || placement.why === 'empty niche')) {
    report(`Candidate ${record.id}: not added to niche ${placement.niche}, though it is better than what was there.`);
  }
}
