/** The words for states and outcomes, and whether each is good, bad or neither. */
import type { CandidateRow } from '../../core/contract/candidates.ts';
import type { RunRow, RunState } from '../../core/contract/runs.ts';

export type Tone = 'neutral' | 'active' | 'good' | 'warn' | 'bad';

export const runStates: Readonly<Record<RunState, { readonly word: string; readonly tone: Tone }>> = {
  starting: { word: 'Starting', tone: 'active' },
  running: { word: 'Running', tone: 'active' },
  paused: { word: 'Paused', tone: 'warn' },
  stopping: { word: 'Stopping', tone: 'warn' },
  finished: { word: 'Finished', tone: 'good' },
  interrupted: { word: 'Interrupted', tone: 'warn' },
  failed: { word: 'Failed', tone: 'bad' },
  elsewhere: { word: 'Running elsewhere', tone: 'active' },
  unreadable: { word: 'Unreadable', tone: 'bad' },
};

export const outcomes: Readonly<Record<CandidateRow['outcome'], { readonly word: string; readonly tone: Tone }>> = {
  working: { word: 'Working', tone: 'active' },
  trained: { word: 'Trained', tone: 'good' },
  diverged: { word: 'Diverged', tone: 'warn' },
  refused: { word: 'Refused', tone: 'neutral' },
  'set aside': { word: 'Set aside', tone: 'bad' },
};

/** What may be done with a run in each state; a finished one is resumed where faults set candidates aside. */
export function actionsOf({
  state,
  setAside,
  trusted,
}: Pick<RunRow, 'state' | 'setAside' | 'trusted'>): readonly ('pause' | 'resume' | 'stop' | 'trust')[] {
  if (!trusted && ['finished', 'interrupted', 'failed'].includes(state)) return ['trust'];
  if (state === 'finished' && setAside > 0) return ['resume'];
  if (state === 'running' || state === 'starting') return ['pause', 'stop'];
  if (state === 'paused') return ['resume', 'stop'];
  return state === 'interrupted' || state === 'failed' ? ['resume'] : [];
}
