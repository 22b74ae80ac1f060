/** Both archives of a run at a generation, in the shapes of the contract. */
import type { Archives, AxisView, NetworkEliteView, PromptEliteView } from '../../core/contract/archives.ts';
import { fail } from '../../core/failure.ts';
import type { CandidateRecord } from '../../core/search/candidate.ts';
import { promptAxes } from '../../core/search/descriptors.ts';
import { promptSetSchema } from '../../core/search/prompt-set.ts';
import type { PlaneCentroids } from '../centroids/centroids.ts';
import { fitnessOfRecord, testAccuracy } from './outcomes.ts';
import type { RecordedArchive, RecordedElite } from './recorded-archives.ts';
import { type RunSnapshot, recordsOfGeneration } from './run-snapshot.ts';

function placedOf({ niche, record, placement }: RecordedElite): Omit<PromptEliteView, 'curiosity' | 'fitness'> {
  const [x = 0, y = 0] = placement.descriptors;
  const { proposed } = record;
  return {
    niche,
    id: record.id,
    generation: proposed?.generation ?? -1,
    place: [x, y],
    prompt: proposed?.individual?.prompt ?? null,
    temperature: proposed?.individual?.temperature ?? null,
  };
}

function networkElite(elite: RecordedElite): NetworkEliteView[] {
  const verdict = elite.record.interpreted?.verdict;
  if (verdict?.kind !== 'accepted') return [];
  return [
    {
      ...placedOf(elite),
      fitness: elite.record.inserted?.fitness ?? 0,
      measures: verdict.measures,
      testAccuracy: testAccuracy(elite.record),
      hash: verdict.hash,
    },
  ];
}

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
  centroids: PlaneCentroids,
  generation: number | undefined,
): Archives {
  const { settings, ends, description } = snapshot;
  const latest = ends.length - 2;
  const chosen = generation ?? latest;
  const end = ends[chosen + 1];
  if (end === undefined && ends.length > 0) {
    fail('input', `Generation ${chosen} of ${id} is not complete. The latest is ${latest}.`);
  }
  const { mutation } = promptSetSchema.parse(description.prompts);
  const axes = promptAxes(settings);
  const none = { below: 0, above: 0 };
  const axis = (
    archive: RecordedArchive | undefined,
    which: 0 | 1,
    label: string,
    scale: { readonly scale: AxisView['scale']; readonly min: number; readonly max: number },
    names: string[] | null = null,
  ): AxisView => ({
    label,
    scale: scale.scale,
    min: scale.min,
    max: scale.max,
    names,
    clipped: archive?.clipped[which] ?? none,
  });
  const fitness = promptFitness(snapshot);
  const inOrder = (archive: RecordedArchive | undefined): RecordedElite[] => [...(archive?.elites.values() ?? [])];
  return {
    run: id,
    generation: end === undefined ? -2 : chosen,
    latest,
    networks: {
      axes: [
        axis(end?.networks, 0, 'width / depth', settings.networkArchive.widthToDepth),
        axis(end?.networks, 1, 'FLOPs', settings.networkArchive.flops),
      ],
      centroids: centroids.networks,
      normalised: settings.networkArchive.normalise,
      elites: inOrder(end?.networks).flatMap(networkElite),
    },
    prompts: {
      axes: [
        axis(
          end?.prompts,
          0,
          'prompt',
          axes.prompt,
          mutation.map((prompt) => prompt.id),
        ),
        axis(end?.prompts, 1, 'temperature', axes.temperature),
      ],
      centroids: centroids.prompts,
      normalised: settings.promptArchive.normalise,
      elites: inOrder(end?.prompts).map((elite) => ({
        ...placedOf(elite),
        // The individual of the archive has the temperature that its fitness led to, not the one it was sampled with.
        temperature: elite.record.inserted?.nextTemperature ?? elite.record.proposed?.individual?.temperature ?? null,
        fitness: fitness(elite.record),
        curiosity: elite.curiosity,
      })),
    },
  };
}
