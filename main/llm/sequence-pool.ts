/** The sequences of a context: each serves one request at a time, and the one that has most of its prompt is taken. */
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { fail } from '../../core/failure.ts';

export interface SequencePool {
  /** @throws FailureError `internal` when all are taken: the supervisor asks for no more at once than there are */
  take(prompt: Token[]): LlamaContextSequence;
  release(sequence: LlamaContextSequence): void;
}

export function sequencePool(sequences: readonly LlamaContextSequence[]): SequencePool {
  const free = new Set(sequences);
  return {
    take(prompt) {
      let best: LlamaContextSequence | null = null;
      let most = -1;
      for (const sequence of free) {
        const same = sequence.compareContextTokens(prompt).firstDifferentIndex;
        if (same <= most) continue;
        best = sequence;
        most = same;
      }
      if (best === null) return fail('internal', `All ${sequences.length} sequences of the model are at work.`);
      free.delete(best);
      return best;
    },
    release(sequence) {
      free.add(sequence);
    },
  };
}
