/** The elites of both archives, rebuilt from what each insertion recorded: strictly better replaces, a tie keeps. */
import type { CandidateRecord, Placement } from '../../core/search/candidate.ts';

export interface Elites {
  /** By niche. */
  readonly network: ReadonlyMap<number, CandidateRecord>;
  readonly prompt: ReadonlyMap<number, CandidateRecord>;
}

/**
 * Replays the insertions in their order. `report` hears of each that contradicts the ones before it.
 */
export function rebuiltElites(inserted: readonly CandidateRecord[], report: (problem: string) => void): Elites {
  const network = new Map<number, CandidateRecord>();
  const prompt = new Map<number, CandidateRecord>();

  const place = (
    name: string,
    archive: Map<number, CandidateRecord>,
    record: CandidateRecord,
    placement: Placement | null,
  ): void => {
    if (placement?.added !== true) return;
    const incumbent = archive.get(placement.niche);
    if (placement.replaced !== (incumbent?.id ?? null)) {
      report(
        `Candidate ${record.id}: recorded as replacing ${placement.replaced ?? 'nobody'} in niche ${placement.niche} of the ${name} archive, where ${incumbent?.id ?? 'nobody'} was.`,
      );
    }
    archive.set(placement.niche, record);
  };

  for (const record of inserted) {
    const step = record.inserted;
    if (step === null) continue;
    if (step.network !== null) checkFitness(network.get(step.network.niche), record, step.network, report);
    place('network', network, record, step.network);
    place('prompt', prompt, record, step.prompt);
  }
  return { network, prompt };
}

/** In the network archive the recorded fitness decides: an added one was better than the incumbent, and strictly. */
function checkFitness(
  incumbent: CandidateRecord | undefined,
  record: CandidateRecord,
  placement: Placement,
  report: (problem: string) => void,
): void {
  const fitness = record.inserted?.fitness ?? null;
  if (fitness === null) {
    if (placement.added) report(`Candidate ${record.id}: added to the network archive without a fitness.`);
    return;
  }
  const held = incumbent?.inserted?.fitness ?? null;
  const better = held === null || fitness > held;
  if (placement.added && !better) {
    report(`Candidate ${record.id}: added to niche ${placement.niche}, though ${incumbent?.id} there is as good.`);
  }
  if (!placement.added && better && (placement.why === 'not better' || placement.why === 'empty niche')) {
    report(`Candidate ${record.id}: not added to niche ${placement.niche}, though it is better than what was there.`);
  }
}
