/** How a model would be run here: on the CPU, as a search does, and with the layers that fit on a GPU. */
import { type Failure, failureOf } from '../../core/failure.ts';
import { planLanguageModel } from './language-model.ts';
import type { MemoryPlan } from './memory/memory-plan.ts';

export interface ModelPlans {
  /** On the CPU; null where it cannot run. */
  readonly memory: MemoryPlan | null;
  /** Null where there is no GPU as well. */
  readonly gpu: MemoryPlan | null;
  /** What keeps it from running. */
  readonly problem: Failure | null;
}

/**
 * Estimates both; nothing is loaded. `contextLength` null lets memory decide.
 * @throws FailureError `usage` for a context that the model cannot have; the signal's reason
 */
export async function modelPlans(
  file: string,
  contextLength: number | null,
  signal: AbortSignal | undefined,
): Promise<ModelPlans> {
  const options = {
    file,
    ...(signal === undefined ? {} : { signal }),
    ...(contextLength === null ? {} : { contextLength }),
  };
  try {
    const memory = await planLanguageModel(options);
    const gpu = await planLanguageModel({ ...options, gpu: true });
    return { memory, gpu: gpu.room.vram > 0 ? gpu : null, problem: null };
  } catch (error) {
    signal?.throwIfAborted();
    const problem = failureOf(error);
    if (problem.kind === 'usage') throw error;
    return { memory: null, gpu: null, problem };
  }
}
