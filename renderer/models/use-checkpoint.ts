/** What a checkpoint could become, asked of the engine for a path that may still be empty. */
import { type Answer, useAnswer } from '../state/answer.ts';

export type CheckpointAnswer = Answer<'conversions.check'> | { readonly kind: 'none' };

export function useCheckpoint(path: string): CheckpointAnswer {
  const answer = useAnswer('conversions.check', path === '' ? null : { path });
  return path === '' ? { kind: 'none' } : answer;
}
