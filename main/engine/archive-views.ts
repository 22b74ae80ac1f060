/** Both archives of a run at a generation, in the shapes of the contract. */
import { binsOfNiches, nicheCount } from '../../core/archive/niches.ts';
import type { Archives } from '../../core/contract/archives.ts';
import { fail } from '../../core/failure.ts';
import { archiveHealth } from '../../core/search/archive-health.ts';
import type { CandidateRecord } from '../../core/search/candidate.ts';
import { healthQuestionOf } from '../../core/search/health-of-records.ts';
import { promptSetSchema } from '../../core/search/prompt-set.ts';
import type { ArchiveSpace } from '../centroids/archive-space.ts';
import { inInsertionOrder } from '../store/run-report.ts';
import { promptAxisViews } from './axis-views.ts';
import { centresOf, networkArchiveView, networkEliteView } from './network-archive-view.ts';
import { fitnessOfRecord } from './outcomes.ts';
import type { RecordedArchive, RecordedElite } from './recorded-archives.ts';
import { type RunSnapshot, recordsOfGeneration } from './run-snapshot.ts';

/** Which fitness a prompt individual entered with: its prompt's running score, or 1 where its offspring was added. */
function promptFitness(snapshot: RunSnapshot): (record: CandidateRecord) => number {
  const { settings, ends } = snapshot;
  if (settings.promptArchive.fitness === 'added') {
    return (record) => (record.inserted?.network?.added === true ? 1 : 0);
  }
  // The score is not recorded; it follows from the fitnesses in the order of insertion (section 3.2 of the paper).
  const scores = new Map<string, number>();
  const entered = new Map<string, number>();
  let previousBest: number | null = fitnessOfRecord(snapshot.records.get('initial') ?? emptyCandidate);
  const initialBest = previousBest;
  for (const { generation } of ends.slice(1)) {
    const own = recordsOfGeneration(snapshot, generation).sort(
      (a, b) => (a.proposed?.index ?? 0) - (b.proposed?.index ?? 0),
    );
    let best: number | null = null;
    for (const record of own) {
      const fitness = fitnessOfRecord(record);
      if (fitness === null) continue;
      best = best === null ? fitness : Math.max(best, fitness);
      const prompt = record.proposed?.individual?.prompt;
      if (prompt === undefined || record.proposed?.operator !== 'mutation') continue;
      const score = (scores.get(prompt) ?? 0) + (fitness > (previousBest ?? Number.NEGATIVE_INFINITY) ? 1 : 0);
      scores.set(prompt, score);
      entered.set(record.id, score);
    }
    previousBest = best ?? initialBest;
  }
  return (record) => entered.get(record.id) ?? 0;
}

const emptyCandidate: CandidateRecord = {
  id: '',
  proposed: null,
  generated: null,
  interpreted: null,
  trained: null,
  inserted: null,
};

/** @throws FailureError (`input`) for a generation that is not inserted whole */
export function archivesOfRun(
  id: string,
  snapshot: RunSnapshot,
  space: ArchiveSpace,
  generation: number | undefined,
): Archives {
  const { settings, ends, description, records } = snapshot;
  const latest = ends.length - 2;
  const chosen = generation ?? latest;
  const end = ends[chosen + 1];
  if (end === undefined && ends.length > 0) {
    fail('input', `Generation ${chosen} of ${id} is not complete. The latest is ${latest}.`);
  }
  const { mutation } = promptSetSchema.parse(description.prompts);
  const fitness = promptFitness(snapshot);
  const inOrder = (archive: RecordedArchive | undefined): RecordedElite[] => [...(archive?.elites.values() ?? [])];
  const until = inInsertionOrder(records.values()).filter(({ proposed }) => (proposed?.generation ?? 0) <= chosen);
  const { axes } = settings.networkArchive;
  const question = healthQuestionOf(settings, axes, until, {
    niches: nicheCount(space.networks),
    unreachable: space.unreachable.networks?.length ?? null,
  });
  return {
    run: id,
    generation: end === undefined ? -2 : chosen,
    latest,
    networks: networkArchiveView({
      settings,
      axes,
      niches: space.networks,
      unreachable: space.unreachable.networks,
      clipped: end?.networks.clipped ?? [],
      elites: inOrder(end?.networks).flatMap(({ record, niche, placement }) =>
        networkEliteView(record, niche, placement.descriptors),
      ),
      health: archiveHealth(question),
    }),
    prompts: {
      kind: space.prompts.kind,
      axes: promptAxisViews(
        settings,
        mutation.map((prompt) => prompt.id),
        end?.prompts.clipped ?? [],
      ),
      bins: binsOfNiches(space.prompts),
      centroids: centresOf(space.prompts),
      normalised: settings.promptArchive.normalise,
      unreachable:
        space.unreachable.prompts === null
          ? null
          : { niches: [...space.unreachable.prompts], why: 'no prompt lies there' },
      elites: inOrder(end?.prompts).map(({ niche, record, placement, curiosity }) => ({
        niche,
        id: record.id,
        generation: record.proposed?.generation ?? -1,
        place: [...placement.descriptors],
        prompt: record.proposed?.individual?.prompt ?? null,
        // The individual of the archive has the temperature that its fitness led to, not the one it was sampled with.
        temperature: record.inserted?.nextTemperature ?? record.proposed?.individual?.temperature ?? null,
        fitness: fitness(record),
        curiosity,
      })),
    },
  };
}
