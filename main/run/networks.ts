/** The networks of a run, each with what was measured of it. */
import type { Measures } from '../../core/network/ir.ts';
import { acceptedOf, type CandidateRecord, resultOf } from '../../core/search/candidate.ts';
import { descriptorsOf } from '../../core/search/descriptors/of-networks.ts';
import type { DescriptorName } from '../../core/search/descriptors/table.ts';
import { fitnessOfRecord } from './outcomes.ts';
import { archivesNow, type Run } from './run.ts';

/** One network of a run and what was measured of it. */
export interface NetworkReport {
  readonly network: string;
  readonly generation: number;
  readonly fitness: number | null;
  /** Shares of images classified right, 0 to 1. */
  readonly accuracy: {
    readonly train: number | null;
    readonly validation: number | null;
    readonly test: number | null;
  };
  readonly measures: Measures;
  /** Every descriptor by name; null where it is not known of this network. */
  readonly descriptors: Readonly<Record<DescriptorName, number | null>>;
  readonly hash: string;
  readonly source: string;
  /** Niche of the network archive, null where it was never placed. */
  readonly niche: number | null;
}

const noScores = { train: null, validation: null, test: null };

/** What is known of a candidate that the interpreter accepted; null for every other. */
export function networkReport(record: CandidateRecord | undefined): NetworkReport | null {
  const accepted = acceptedOf(record);
  if (record === undefined || accepted === null) return null;
  const { source, hash, measures } = accepted;
  const result = resultOf(record);
  return {
    network: record.id,
    generation: record.proposed.generation,
    fitness: fitnessOfRecord(record),
    accuracy: result?.accuracy ?? noScores,
    measures,
    descriptors: descriptorsOf({ measures, result }),
    hash,
    source,
    niche: record.inserted?.network?.niche ?? null,
  };
}

/** The elites of the network archive now, best first; among equals the lowest niche, as the search ranks them. */
export function rankedElites(run: Pick<Run, 'ends'>): NetworkReport[] {
  return [...archivesNow(run).networks.elites.values()]
    .sort((a, b) => b.fitness - a.fitness)
    .flatMap(({ record }) => networkReport(record) ?? []);
}
