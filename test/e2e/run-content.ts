/** What two runs of the same search must have in common to the last bit: everything but the seconds. */
import type { CandidateRecord } from '../../core/search/candidate.ts';
import { openRun } from '../../main/store/run-folder.ts';
import { runRecords } from '../../main/store/run-report.ts';

export interface RunContent {
  /** [niche, id, fitness, hash of weights] of each elite. */
  readonly network: readonly (readonly [number, string, number | null, string | null])[];
  readonly prompt: readonly (readonly [number, string])[];
  readonly candidates: readonly unknown[];
  /** Hash of the content of each weights file in the folder. */
  readonly weights: readonly string[];
}

function timeless(record: CandidateRecord): unknown {
  return JSON.parse(JSON.stringify(record, (key, value) => (key === 'seconds' ? undefined : value)));
}

export function runContent(folder: string): RunContent {
  const run = openRun(folder, { readOnly: true });
  try {
    const { elites } = runRecords(run);
    return {
      network: [...elites.network]
        .map(([niche, record]) => [niche, record.id, record.inserted!.fitness, record.trained!.weights] as const)
        .sort(([a], [b]) => a - b),
      prompt: [...elites.prompt].map(([niche, { id }]) => [niche, id] as const).sort(([a], [b]) => a - b),
      candidates: run
        .candidates()
        .sort((a, b) => a.id.localeCompare(b.id))
        .map(timeless),
      weights: run.weightHashes(),
    };
  } finally {
    run.close();
  }
}
