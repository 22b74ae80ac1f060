/** What a strategy answers when it is asked: the offspring of one generation, before anything is written. */
import { type RandomStream, randomStream } from '../random/stream.ts';
import type { Proposed } from './candidate.ts';

type Kept<K extends keyof Proposed> = Pick<Proposed, K>;

/** A text that a language model is asked for. */
export interface PromptProposal extends Kept<'parents' | 'selection' | 'selectedNiche' | 'promptText'> {
  readonly kind: 'prompt';
  readonly operator: 'mutation' | 'crossover' | 'random';
  /** Id of its prompt, and the temperature it is sampled with. */
  readonly individual: NonNullable<Proposed['individual']>;
}

/** A network that the strategy wrote itself. */
interface NetworkProposal extends Kept<'parents'> {
  readonly kind: 'network';
  readonly operator: 'edit' | 'draw';
  /** Python source, read like any other text. */
  readonly source: string;
}

export type Proposal = PromptProposal | NetworkProposal;

/** The stream of one purpose in a generation. */
export function generationStream(
  seed: number,
  generation: number,
  ...purpose: readonly (string | number)[]
): RandomStream {
  return randomStream(seed, generation, ...purpose);
}

/** All that a record keeps of a proposal but its place in the run and its sampling seed. */
export type ProposedPart = Omit<Proposed, 'step' | 'generation' | 'index' | 'seed'>;

/** A proposal as its record keeps it. */
export function proposedPart(proposal: Proposal): ProposedPart {
  const { operator, parents } = proposal;
  if (proposal.kind === 'network') {
    return { operator, parents, individual: null, selection: 'none', selectedNiche: null, promptText: '' };
  }
  const { individual, selection, selectedNiche, promptText } = proposal;
  return { operator, parents, individual, selection, selectedNiche, promptText };
}
