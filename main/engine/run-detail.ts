/** A run's snapshot with everything about it but its candidates: settings, history, counts. */
import type { HistoryEntry, RunDetail, RunRow } from '../../core/contract/runs.ts';
import { networkNicheCount } from '../../core/search/niches-of-archives.ts';
import { promptFigures } from '../../core/search/prompt-figures.ts';
import { promptSetSchema } from '../../core/search/prompt-set.ts';
import { type Tally, tally } from '../../core/search/tally.ts';
import { fitnessOfRecord } from './outcomes.ts';
import type { GenerationEnd } from './recorded-archives.ts';
import { bestElite, qdScore } from './run-row.ts';
import { type RunSnapshot, recordsOfGeneration } from './run-snapshot.ts';

function historyEntry(snapshot: RunSnapshot, end: GenerationEnd, counted: Tally): HistoryEntry {
  const { settings } = snapshot;
  const own = recordsOfGeneration(snapshot, end.generation);
  for (const record of own) counted.add(record);
  const fitnesses = own.flatMap((record) => fitnessOfRecord(record) ?? []);
  const best = bestElite(end.networks);
  return {
    generation: end.generation,
    best: best === null ? null : { network: best.record.id, fitness: best.record.inserted?.fitness ?? 0 },
    filled: end.networks.elites.size,
    coverage: end.networks.elites.size / networkNicheCount(settings.networkArchive),
    qdScore: qdScore(end.networks, settings.networkArchive.qdOffset),
    promptsFilled: end.prompts.elites.size,
    ...counted.counts(),
    bestOfGeneration: fitnesses.length === 0 ? null : fitnesses.reduce((a, b) => Math.max(a, b)),
  };
}

export function detailOfRun(row: RunRow, snapshot: RunSnapshot): RunDetail {
  const { description, settings, records, ends, sessions } = snapshot;
  const history = tally(settings);
  const all = tally(settings);
  const refused: Record<string, number> = {};
  for (const record of records.values()) {
    all.add(record);
    const verdict = record.interpreted?.verdict;
    if (verdict?.kind !== 'refused') continue;
    refused[verdict.reason.kind] = (refused[verdict.reason.kind] ?? 0) + 1;
  }
  const prompts = promptSetSchema.parse(description.prompts);
  return {
    row,
    // As this version reads them: a run of an earlier one may name a choice otherwise.
    settings: { ...settings },
    model: description.model,
    images: description.dataset,
    device: description.device,
    workers: description.workers,
    threads: description.threads,
    versions: description.versions,
    prompts: prompts.mutation.map(({ id, text }) => ({ id, text })),
    history: ends.map((end) => historyEntry(snapshot, end, history)),
    counts: { ...all.counts(), refused },
    byPrompt: promptFigures(settings, prompts, records),
    sessions: sessions.map(({ started, ended, outcome, seconds }) => ({ started, ended, outcome, seconds })),
  };
}
