/** What a search is asked for, what it is told meanwhile, and how it ends. */
import type { RunEvent } from '../../core/contract/events.ts';
import type { SearchSummary } from '../../core/search/events.ts';
import type { Settings } from '../../core/search/settings.ts';
import type { Exported } from '../export/export-network.ts';
import type { StageSeconds } from '../store/run-description.ts';

/** A stretch of work between two pauses. */
export interface Stretch {
  /** Aborted to pause: the search then holds at its last recorded step, with its model and its trainers ready. */
  readonly pause: AbortSignal;
  /** Resolves when it is to go on. */
  readonly resumed: Promise<void>;
}

export interface SearchRunOptions {
  /** Aborted to stop: the state is saved, everything is closed. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** Asked before each stretch of work; without it a search cannot be paused. */
  readonly stretch?: () => Stretch;
  /** Told when the search holds, before it waits for {@link Stretch.resumed}. */
  readonly onPaused?: () => void;
}

export interface NewSearch {
  readonly folder: string;
  /** Whether the folder was made, empty, for this search alone: then it goes again where no run is begun in it. */
  readonly reserved?: boolean;
  readonly settings: Settings;
  readonly preset: string | null;
}

export interface ResumedSearch {
  readonly folder: string;
  /** Where the model's file lies now, when it has moved. */
  readonly model?: string;
  /** The dataset's name now, when it was imported under another. */
  readonly dataset?: string;
  /** Trainings at once; does not change results. */
  readonly workers?: number;
  /** Where this person keeps their runs; `runs` in the working folder by default. */
  readonly runsFolder?: string;
  /** The person's word that `model` may be an address outside this machine. */
  readonly allowRemote?: boolean;
}

export type SearchOutcome =
  | {
      readonly outcome: 'finished';
      readonly run: string;
      readonly summary: SearchSummary;
      /** By stage, of all processes that worked on the run. */
      readonly seconds: StageSeconds;
      /** The best network's files; null when no network could be trained. */
      readonly exported: Exported | null;
    }
  | { readonly outcome: 'interrupted'; readonly run: string; readonly seconds: StageSeconds };
