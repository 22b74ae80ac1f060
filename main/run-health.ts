/** Whether the axes of a run's network archive suit what it found. */
import { nicheCount } from '../core/archive/niches.ts';
import { type ArchiveHealth, archiveHealth } from '../core/search/archive-health.ts';
import { healthQuestionOf } from '../core/search/health-of-records.ts';
import { promptSetSchema } from '../core/search/prompt-set.ts';
import { archiveSpaceFor } from './centroids/archive-space.ts';
import { inInsertionOrder, type RunRecords } from './store/run-report.ts';

/** @throws FailureError `usage` where the settings of the run give no archive */
export async function healthOfRun({ run, settings, records }: RunRecords): Promise<ArchiveHealth> {
  const space = await archiveSpaceFor(settings, promptSetSchema.parse(run.description.prompts));
  return archiveHealth(
    healthQuestionOf(settings, settings.networkArchive.axes, inInsertionOrder(records.values()), {
      niches: nicheCount(space.networks),
      unreachable: space.unreachable.networks?.length ?? null,
    }),
  );
}
