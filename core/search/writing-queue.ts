/** The texts of a generation: as many at once as the model works on, begun in order and given in order. */
import { fail } from '../failure.ts';
import { derivedSeed } from '../random/stream.ts';
import type { CandidateWithText } from './candidate.ts';
import { type Proposal, proposedPart } from './proposal.ts';
import { candidateId, recordProposal, type SearchContext } from './search-context.ts';
import { given, written } from './writing.ts';

/** Texts begun before those that come first are read, for each request that a model works on beside another. */
const readAhead = 4;

export interface WritingQueue {
  /** The record of an offspring with its text; those after it may be begun. Call in order of the offspring. */
  read(index: number): Promise<CandidateWithText>;
  /** Begins no more and waits for those under way. */
  end(): Promise<void>;
}

export function writingQueue(context: SearchContext, generation: number, proposals: readonly Proposal[]): WritingQueue {
  const capacity = context.model.capacity ?? 1;
  const begun: Promise<CandidateWithText>[] = [];
  let running = 0;
  let last = -1;
  let stopped = false;

  async function text(index: number, proposal: Proposal): Promise<CandidateWithText> {
    const seed = derivedSeed(context.settings.seed, generation, index, 'sampling');
    const proposed = { step: 'proposed', generation, index, seed, ...proposedPart(proposal) } as const;
    const record = await recordProposal(context, candidateId(generation, index), proposed);
    return proposal.kind === 'network' ? given(context, record, proposal.source) : written(context, record);
  }

  function begin(): void {
    while (!stopped && running < capacity && begun.length <= last) {
      const index = begun.length;
      const proposal = proposals[index];
      if (proposal === undefined) return;
      running++;
      const work = text(index, proposal);
      begun.push(work);
      const ended = (failed: boolean): void => {
        running--;
        stopped ||= failed;
        begin();
      };
      // Whoever reads them hears of it; until then a rejection must not count as unhandled.
      work.then(
        () => ended(false),
        () => ended(true),
      );
    }
  }

  return {
    async read(index) {
      last = index + readAhead * (capacity - 1);
      begin();
      return begun[index] ?? fail('internal', `Offspring ${index} of generation ${generation} was not written.`);
    },
    async end() {
      stopped = true;
      await Promise.allSettled(begun);
    },
  };
}
