/** Both archives of a run at a generation, in the shapes of the contract. */
import { binsOfNiches, nicheCount } from '../../core/archive/niches.ts';
import type { Archives } from '../../core/contract/archives.ts';
import { fail } from '../../core/failure.ts';
import { archiveHealth } from '../../core/search/archive-health.ts';
import { healthQuestionOf } from '../../core/search/health-of-records.ts';
import type { ArchiveSpace } from '../centroids/archive-space.ts';
import type { RecordedArchive, RecordedElite } from '../run/archives.ts';
import { inInsertionOrder, promptsOf, type Run } from '../run/run.ts';
import { promptAxisViews } from './axis-views.ts';
import { centresOf, networkArchiveView, networkEliteView } from './network-archive-view.ts';

/** @throws FailureError (`input`) for a generation that is not inserted whole */
export function archivesOfRun(id: string, run: Run, space: ArchiveSpace, generation: number | undefined): Archives {
  const { settings, ends } = run;
  const latest = ends.length - 2;
  const chosen = generation ?? latest;
  const end = ends[chosen + 1];
  if (end === undefined && ends.length > 0) {
    fail('input', `Generation ${chosen} of ${id} is not complete. The latest is ${latest}.`);
  }
  const { mutation } = promptsOf(run);
  const inOrder = (archive: RecordedArchive | undefined): RecordedElite[] => [...(archive?.elites.values() ?? [])];
  const until = inInsertionOrder(run, chosen);
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
      elites: inOrder(end?.prompts).map(({ niche, record, placement, curiosity, fitness }) => ({
        niche,
        id: record.id,
        generation: record.proposed.generation,
        place: [...placement.descriptors],
        prompt: record.proposed.individual?.prompt ?? null,
        // The individual of the archive has the temperature that its fitness led to, not the one it was sampled with.
        temperature: record.inserted?.nextTemperature ?? record.proposed.individual?.temperature ?? null,
        fitness,
        curiosity,
      })),
    },
  };
}
