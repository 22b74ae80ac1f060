/** What a running search works with, and the one place where steps are recorded. */
import type { Cancellation } from '../cancellation.ts';
import { fail } from '../failure.ts';
import type { Trainer } from '../training/job.ts';
import { acceptedOf, begun, type CandidateRecord, type CandidateStep, type Proposed } from './candidate.ts';
import type { SearchEvent } from './events.ts';
import type { Levers } from './model-profile.ts';
import type { ArchiveNiches } from './niches-of-archives.ts';
import type { CandidateStore, EndableInterpreter, Interpretation, LanguageModel } from './ports.ts';
import type { PromptSet } from './prompt-set.ts';
import type { Settings } from './settings.ts';

export interface SearchOptions {
  readonly settings: Settings;
  readonly prompts: PromptSet;
  readonly model: LanguageModel;
  readonly interpreter: EndableInterpreter;
  readonly trainer: Trainer;
  readonly store: CandidateStore;
  /** Training images of the dataset less the held-out ones: needed for budget.trainingFlops when the recipe uses all. */
  readonly trainingImages?: number;
  /** Those that the settings give, where the caller has them already; by default they are made here. */
  readonly niches?: ArchiveNiches;
  /** How the model is helped, as settings.profile came to; by default not at all. */
  readonly levers?: Levers;
  readonly signal?: Cancellation;
  readonly onEvent?: (event: SearchEvent) => void;
}

/** Counts candidates in a row that one part set aside, and stops the run when it is plainly broken. */
interface FaultCounter {
  /** `fault`: its message, null when the part did its work. @throws FailureError kind `fault` at the limit */
  count(part: 'language model' | 'interpreter' | 'trainer', fault: string | null): void;
}

export interface SearchContext extends SearchOptions {
  readonly faults: FaultCounter;
  emit(event: SearchEvent): void;
  /** The stored record; null before its first step. */
  find(id: string): CandidateRecord | null;
  /** An accepted candidate's network, read again from its stored source; null where there is none. */
  readAgain(id: string): Promise<Interpretation | null>;
}

function faultCounter(limit: number | null): FaultCounter {
  const inARow = new Map<string, number>();
  return {
    count(part, fault) {
      const count = fault === null ? 0 : (inARow.get(part) ?? 0) + 1;
      inARow.set(part, count);
      if (limit === null || count < limit) return;
      fail(
        'fault',
        `The ${part} failed for ${count} candidates in a row (${fault}). The run is saved: find the cause, then resume it.`,
      );
    },
  };
}

/** Networks that are kept once read: parents come again and again. */
const networksKept = 200;

function reader({ interpreter, signal }: SearchOptions, find: SearchContext['find']): SearchContext['readAgain'] {
  const kept = new Map<string, Interpretation | null>();
  return async (id) => {
    const known = kept.get(id);
    if (known !== undefined) return known;
    const accepted = acceptedOf(find(id));
    if (accepted === null) return null;
    const result = await interpreter(accepted.source, undefined, signal);
    const value = result.ok ? result.value : null;
    const oldest = kept.keys().next();
    if (kept.size >= networksKept && !oldest.done) kept.delete(oldest.value);
    kept.set(id, value);
    return value;
  };
}

export function searchContext(options: SearchOptions): SearchContext {
  const find = (id: string): CandidateRecord | null => options.store.find(id);
  return {
    ...options,
    faults: faultCounter(options.settings.pauseAfterFaults),
    emit: (event) => options.onEvent?.(event),
    find,
    readAgain: reader(options, find),
  };
}

/** `g003-017` for offspring 17 of generation 3; `initial` for the initial network. */
export function candidateId(generation: number, index: number): string {
  if (generation < 0) return 'initial';
  const pad = (value: number): string => String(value).padStart(3, '0');
  return `g${pad(generation)}-${pad(index)}`;
}

/** Records the step that a candidate has come to, and gives the candidate. */
export async function recordStep<C extends CandidateRecord>(
  context: SearchContext,
  next: C,
  step: CandidateStep,
): Promise<C> {
  await context.store.record(next.id, step);
  return next;
}

/**
 * Records what is proposed, or checks that the stored proposal is the same.
 * @throws FailureError kind `run` when the stored run was made with other settings, prompts, model or version
 */
export async function recordProposal(context: SearchContext, id: string, step: Proposed): Promise<CandidateRecord> {
  const record = context.find(id);
  if (record === null) {
    const { generation, index, operator, parents, individual, selection } = step;
    const next = await recordStep(context, begun(id, step), step);
    context.emit({ type: 'proposed', id, generation, index, operator, parents, individual, selection });
    return next;
  }
  const stored = record.proposed;
  const same =
    stored.seed === step.seed &&
    stored.operator === step.operator &&
    stored.promptText === step.promptText &&
    stored.individual?.temperature === step.individual?.temperature &&
    stored.parents.join() === step.parents.join();
  if (!same) {
    fail(
      'run',
      `Candidate ${id} is stored with another proposal than these settings and this version give. Resume with the settings of the run, or start a new one.`,
    );
  }
  return record;
}
