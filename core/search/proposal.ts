/** What a strategy is asked and what it answers: the offspring of one generation, before anything is generated. */
import { type RandomStream, randomStream } from '../random/stream.ts';
import type { Proposed } from './candidate.ts';
import type { PromptSet } from './prompt-set.ts';
import type { Settings } from './settings.ts';
import type { InitialNetwork, SearchState } from './state.ts';

/** An offspring to be: all that a record keeps of it but its place in the run and its sampling seed. */
export type Proposal = Omit<Proposed, 'step' | 'generation' | 'index' | 'seed'>;

export interface ProposalRequest {
  readonly settings: Settings;
  readonly prompts: PromptSet;
  /** As it was at the start of the generation. */
  readonly state: SearchState;
  readonly initial: InitialNetwork;
}

/** Proposes the offspring of `state.generation`, settings.offspring of them; the same request gives the same answer. */
export type Strategy = (request: ProposalRequest) => Proposal[];

/** The stream of one purpose in the generation to come. */
export function proposalStream(request: ProposalRequest, ...purpose: (string | number)[]): RandomStream {
  return randomStream(request.settings.seed, request.state.generation, ...purpose);
}
