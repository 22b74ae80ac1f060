/** The figures of a run: where its archives stand, how far it is, what became of its candidates. */
import { bestOf, qdScoreOf } from '../../core/archive/archive.ts';
import type { HistoryEntry, RunDetail } from '../../core/contract/runs.ts';
import type { CandidateRecord } from '../../core/search/candidate.ts';
import type { Standing } from '../../core/search/events.ts';
import { networkNicheCount } from '../../core/search/niches-of-archives.ts';
import { type PromptFigures, promptFigures } from '../../core/search/prompt-figures.ts';
import { highest } from '../../core/search/prompt-scores.ts';
import { tally } from '../../core/search/tally.ts';
import type { GenerationEnd, RecordedElite } from './archives.ts';
import { fitnessOfRecord, outcomeWord, reasonOf } from './outcomes.ts';
import { archivesNow, generationsOf, promptsOf, type Run } from './run.ts';

/** Where the archives stood, with the niches that there are and the best elite. */
interface ArchiveStanding extends Standing {
  readonly niches: number;
  readonly elite: RecordedElite | null;
}

function standingAfter({ settings }: Pick<Run, 'settings'>, { networks, prompts }: GenerationEnd): ArchiveStanding {
  const niches = networkNicheCount(settings.networkArchive);
  const elite = bestOf(networks);
  return {
    niches,
    elite,
    best: elite === null ? null : { network: elite.record.id, fitness: elite.fitness },
    filled: networks.elites.size,
    coverage: networks.elites.size / niches,
    qdScore: qdScoreOf(networks, settings.networkArchive.qdOffset),
    promptsFilled: prompts.elites.size,
  };
}

/** Where the archives stand now. */
export function standingNow(run: Run): ArchiveStanding {
  return standingAfter(run, archivesNow(run));
}

/** Generations whose offspring are all inserted, and how many there will be. */
export function generationsReached({ ends, settings }: Run): { readonly done: number; readonly planned: number } {
  return { done: Math.max(0, ends.length - 1), planned: settings.generations };
}

export type RunCounts = RunDetail['counts'];

/** What became of the offspring. */
export function countsOf({ settings, records }: Run): RunCounts {
  const counted = tally(settings);
  const refused: Record<string, number> = {};
  let added = 0;
  for (const record of records.values()) {
    counted.add(record);
    if (record.proposed.operator !== 'initial' && record.inserted?.network?.added === true) added++;
    const reason = outcomeWord(record) === 'refused' ? reasonOf(record) : null;
    if (reason !== null) refused[reason.kind] = (refused[reason.kind] ?? 0) + 1;
  }
  return { ...counted.counts(), added, refused };
}

/** What became of the offspring of each prompt. */
export function figuresByPrompt(run: Run): PromptFigures[] {
  return promptFigures(run.settings, promptsOf(run), run.records);
}

/** Where the archives stood after the initial network and after each generation that is inserted whole. */
export function historyOf(run: Run): HistoryEntry[] {
  const counted = tally(run.settings);
  const generations = generationsOf(run.records.values());
  return run.ends.map((end) => {
    const own: readonly CandidateRecord[] = generations.get(end.generation) ?? [];
    for (const record of own) counted.add(record);
    const { niches: _, elite: __, ...standing } = standingAfter(run, end);
    const bestOfGeneration = highest(own.map(fitnessOfRecord));
    return { generation: end.generation, ...standing, ...counted.counts(), bestOfGeneration };
  });
}
