/** How many trainings run at once where the settings leave it open: one a core, since each runs on one thread. */
import { availableParallelism } from 'node:os';
import type { Settings } from '../../core/search/settings.ts';
import { type DeviceName, devices } from '../../core/training/devices/table.ts';

export function workersOf(settings: Settings, device: DeviceName): number {
  if (!devices[device].parallel) return settings.trainer.workers ?? 1;
  return settings.trainer.workers ?? Math.max(1, Math.min(availableParallelism(), settings.offspring));
}
