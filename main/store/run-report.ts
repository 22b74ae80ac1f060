/** What a run found, read from its records: standing, elites, counts, chains of parents. For people and for JSON. */
import { type Failure, fail } from '../../core/failure.ts';
import type { Measures } from '../../core/network/ir.ts';
import type { CandidateRecord, Proposed } from '../../core/search/candidate.ts';
import { descriptorsOf } from '../../core/search/descriptors/of-networks.ts';
import type { DescriptorName } from '../../core/search/descriptors/table.ts';
import type { Counts } from '../../core/search/events.ts';
import { networkNicheCount } from '../../core/search/niches-of-archives.ts';
import { type PromptFigures, promptFigures } from '../../core/search/prompt-figures.ts';
import { promptSetSchema } from '../../core/search/prompt-set.ts';
import { parseSettings } from '../../core/search/setting-paths.ts';
import type { Settings } from '../../core/search/settings.ts';
import { tally } from '../../core/search/tally.ts';
import { type Elites, rebuiltElites } from './elites.ts';
import type { StageSeconds } from './run-description.ts';
import type { RunStore } from './run-folder.ts';
import { type RunStanding, standingOfRun } from './run-state.ts';
import { lastProblem, totalSeconds } from './sessions.ts';

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

/** One step of a network's descent. */
export interface LineageStep {
  readonly network: string;
  readonly generation: number;
  readonly operator: Proposed['operator'];
  readonly prompt: string | null;
  readonly temperature: number | null;
  readonly parents: readonly string[];
  readonly fitness: number | null;
  readonly testAccuracy: number | null;
}

interface RunCounts extends Counts {
  /** Candidates refused, by the kind of the reason. */
  readonly refused: Readonly<Record<string, number>>;
}

export interface RunReport {
  readonly run: string;
  readonly created: string;
  readonly preset: string | null;
  readonly seed: number;
  readonly strategy: string;
  readonly model: string;
  readonly dataset: string;
  readonly state: RunStanding['state'];
  /** Id of the process that works on it now; null where none does, or which is not known. */
  readonly process: number | null;
  /** Why it failed; null where it did not, or an earlier version did not note it. */
  readonly problem: Failure | null;
  readonly candidates: number;
  /** Generations whose offspring are all inserted, and how many there will be. */
  readonly generations: { readonly done: number; readonly planned: number };
  readonly initial: NetworkReport | null;
  readonly best: NetworkReport | null;
  readonly niches: number;
  readonly filled: number;
  readonly coverage: number;
  readonly qdScore: number;
  readonly promptsFilled: number;
  readonly counts: RunCounts;
  readonly byPrompt: readonly PromptFigures[];
  readonly seconds: StageSeconds;
  /** Best first. */
  readonly elites: readonly NetworkReport[];
}

/** A run's records, put together once. */
export interface RunRecords {
  readonly run: RunStore;
  readonly settings: Settings;
  readonly records: ReadonlyMap<string, CandidateRecord>;
  readonly elites: Elites;
}

/** Inserted candidates in the order of their insertion. */
export function inInsertionOrder(records: Iterable<CandidateRecord>): CandidateRecord[] {
  const key = ({ proposed }: CandidateRecord): [number, number] => [proposed?.generation ?? 0, proposed?.index ?? 0];
  return [...records]
    .filter((record) => record.inserted !== null)
    .sort((a, b) => {
      const [generationA, indexA] = key(a);
      const [generationB, indexB] = key(b);
      return generationA - generationB || indexA - indexB;
    });
}

export function runRecords(run: RunStore): RunRecords {
  const records = new Map(run.candidates().map((record) => [record.id, record]));
  const elites = rebuiltElites(inInsertionOrder(records.values()), () => undefined);
  return { run, settings: parseSettings(run.description.settings), records, elites };
}

const noScores = { train: null, validation: null, test: null };

/** What is known of a candidate that the interpreter accepted; null for every other. */
export function networkReport(record: CandidateRecord | undefined): NetworkReport | null {
  if (record?.interpreted?.verdict.kind !== 'accepted') return null;
  const { source, hash, measures } = record.interpreted.verdict;
  const result = record.trained?.result;
  return {
    network: record.id,
    generation: record.proposed?.generation ?? 0,
    fitness: record.inserted?.fitness ?? null,
    accuracy: result?.status === 'trained' ? result.accuracy : noScores,
    measures,
    descriptors: descriptorsOf({ measures, result: result?.status === 'trained' ? result : null }),
    hash,
    source,
    niche: record.inserted?.network?.niche ?? null,
  };
}

/** The elites of the network archive, best first; among equals the lowest niche, as the search ranks them. */
export function rankedElites({ elites }: RunRecords): NetworkReport[] {
  return [...elites.network]
    .sort(([a], [b]) => a - b)
    .map(([, record]) => record)
    .flatMap((record) => networkReport(record) ?? [])
    .sort((a, b) => (b.fitness ?? Number.NEGATIVE_INFINITY) - (a.fitness ?? Number.NEGATIVE_INFINITY));
}

/** The chain of first parents from a network back to the beginning, oldest first. @throws FailureError (`run`) */
export function lineage({ records, run }: RunRecords, network: string): LineageStep[] {
  const steps: LineageStep[] = [];
  const seen = new Set<string>();
  let id: string | undefined = network;
  while (id !== undefined && !seen.has(id)) {
    seen.add(id);
    const record = records.get(id);
    const proposed = record?.proposed;
    if (record === undefined || proposed === null || proposed === undefined) {
      return fail('run', `The run ${run.folder} has no network ${id}. \`runs show\` lists the elites.`);
    }
    const result = record.trained?.result;
    steps.push({
      network: id,
      generation: proposed.generation,
      operator: proposed.operator,
      prompt: proposed.individual?.prompt ?? null,
      temperature: proposed.individual?.temperature ?? null,
      parents: proposed.parents,
      fitness: record.inserted?.fitness ?? null,
      testAccuracy: result?.status === 'trained' ? result.accuracy.test : null,
    });
    id = proposed.parents[0];
  }
  return steps.reverse();
}

function counts({ settings, records }: RunRecords): RunCounts {
  const counted = tally(settings);
  const refused: Record<string, number> = {};
  for (const record of records.values()) {
    counted.add(record);
    const verdict = record.interpreted?.verdict;
    if (verdict?.kind === 'refused') refused[verdict.reason.kind] = (refused[verdict.reason.kind] ?? 0) + 1;
  }
  return { ...counted.counts(), refused };
}

/** Generations of which every candidate is inserted; the initial network's does not count. */
function generationsDone({ records, settings }: RunRecords): number {
  const inserted = new Map<number, number>();
  for (const { proposed, inserted: step } of records.values()) {
    if (proposed === null || proposed.operator === 'initial' || step === null) continue;
    inserted.set(proposed.generation, (inserted.get(proposed.generation) ?? 0) + 1);
  }
  return [...inserted.values()].filter((count) => count >= settings.offspring).length;
}

export function runReport(all: RunRecords): RunReport {
  const { run, settings, records, elites } = all;
  const ranked = rankedElites(all);
  const sessions = run.sessions();
  const first = [...records.values()].find((record) => record.proposed?.operator === 'initial');
  const niches = networkNicheCount(settings.networkArchive);
  return {
    run: run.folder,
    created: run.created,
    preset: run.description.preset,
    seed: run.description.seed,
    strategy: settings.strategy,
    model: run.description.model.name,
    dataset: run.description.dataset.name,
    ...standingOfRun(run.folder, sessions),
    problem: lastProblem(sessions),
    candidates: records.size,
    generations: { done: generationsDone(all), planned: settings.generations },
    initial: networkReport(first),
    best: ranked[0] ?? null,
    niches,
    filled: elites.network.size,
    coverage: elites.network.size / niches,
    qdScore: ranked.reduce((sum, elite) => sum + (elite.fitness ?? 0) - settings.networkArchive.qdOffset, 0),
    promptsFilled: elites.prompt.size,
    counts: counts(all),
    byPrompt: promptFigures(settings, promptSetSchema.parse(run.description.prompts), records),
    seconds: totalSeconds(sessions),
    elites: ranked,
  };
}
