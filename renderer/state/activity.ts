/** What a run does right now, told by its events: what is loaded, written and trained, and what it warned of. */
import type { RunEvent } from '../../core/contract/events.ts';

interface Training {
  readonly id: string;
  readonly step: number;
  readonly steps: number;
  readonly loss: number | null;
}

export interface Activity {
  readonly loading: { readonly part: 'model' | 'dataset'; readonly name: string; readonly share: number } | null;
  readonly generation: number | null;
  readonly phase: 'initialisation' | 'evolution' | null;
  /** Candidates proposed and not yet written by the model, oldest first: the model writes the first of them. */
  readonly unwritten: readonly string[];
  /** Trainings under way, in the order in which they began. */
  readonly trainings: readonly Training[];
  readonly warnings: readonly string[];
}

export const idle: Activity = {
  loading: null,
  generation: null,
  phase: null,
  unwritten: [],
  trainings: [],
  warnings: [],
};

const warningsKept = 100;

function without<T extends { readonly id: string }>(list: readonly T[], id: string): readonly T[] {
  return list.some((entry) => entry.id === id) ? list.filter((entry) => entry.id !== id) : list;
}

export function activityAfter(activity: Activity, event: RunEvent): Activity {
  switch (event.type) {
    case 'loading': {
      const { part, name, share } = event;
      return { ...activity, loading: share >= 1 ? null : { part, name, share } };
    }
    case 'run':
      return { ...idle, warnings: activity.warnings };
    case 'started':
      return { ...activity, loading: null };
    case 'generation-started':
      return {
        ...activity,
        loading: null,
        generation: event.generation,
        phase: event.phase,
        unwritten: [],
      };
    case 'proposed':
      return {
        ...activity,
        unwritten: event.operator === 'initial' ? activity.unwritten : [...activity.unwritten, event.id],
      };
    case 'generated':
      return { ...activity, unwritten: activity.unwritten.filter((id) => id !== event.id) };
    case 'interpreted':
      return activity;
    case 'training-progress': {
      const { id, step, steps, loss } = event;
      const training: Training = { id, step, steps, loss };
      const known = activity.trainings.some((entry) => entry.id === id);
      const trainings = known
        ? activity.trainings.map((entry) => (entry.id === id ? training : entry))
        : [...activity.trainings, training];
      return { ...activity, trainings };
    }
    case 'trained':
      return { ...activity, trainings: without(activity.trainings, event.id) };
    case 'inserted':
      return activity;
    case 'again':
      return { ...activity, trainings: without(activity.trainings, event.id) };
    case 'generation-finished':
      return { ...activity, trainings: [], unwritten: [] };
    case 'finished':
      return { ...idle, warnings: activity.warnings };
    case 'warning':
      return { ...activity, warnings: [...activity.warnings, event.message].slice(-warningsKept) };
  }
}
