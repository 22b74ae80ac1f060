/** Whether the axes of a run's network archive suit what it found. */
import { nicheCount } from '../core/archive/niches.ts';
import { type ArchiveHealth, archiveHealth } from '../core/search/archive-health.ts';
import { healthQuestionOf } from '../core/search/health-of-records.ts';
import { archiveSpaceFor } from './centroids/archive-space.ts';
import { inInsertionOrder, promptsOf, type Run } from './run/run.ts';
import { unlessAborted } from './unless-aborted.ts';

/**
 * @param signal aborted: it rejects, also where a run's archives are so large that they take hours to make
 * @throws FailureError `usage` where the settings of the run give no archive
 */
export async function healthOfRun(run: Run, signal?: AbortSignal): Promise<ArchiveHealth> {
  const { settings } = run;
  const space = await unlessAborted(archiveSpaceFor(settings, promptsOf(run)), signal);
  return archiveHealth(
    healthQuestionOf(settings, settings.networkArchive.axes, inInsertionOrder(run), {
      niches: nicheCount(space.networks),
      unreachable: space.unreachable.networks?.length ?? null,
    }),
  );
}
