/** What two runs of the same search must have in common to the last bit: everything but the seconds. */
import type { CandidateRecord } from '../../core/search/candidate.ts';
import { archivesNow, storedRun } from '../../main/run/run.ts';
import { openRun } from '../../main/store/run-folder.ts';

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
    const { networks, prompts } = archivesNow(storedRun(run));
    return {
      network: [...networks.elites.values()].map(
        ({ niche, fitness, record }) => [niche, record.id, fitness, record.trained!.weights] as const,
      ),
      prompt: [...prompts.elites.values()].map(({ niche, record }) => [niche, record.id] as const),
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
