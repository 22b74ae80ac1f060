/** Random-NN-Generation (section 4.2): networks without evolution, each from the initial network and one prompt. */
import { mutationPrompt } from '../prompt-text.ts';
import type { Proposal, ProposalRequest } from '../proposal.ts';

export function proposeRandomNetworks({ settings, prompts, initial }: ProposalRequest): Proposal[] {
  const promptText = mutationPrompt(initial.source, prompts.randomNetwork);
  return Array.from({ length: settings.offspring }, () => ({
    operator: 'random',
    parents: ['initial'],
    individual: { prompt: 'random-network', temperature: settings.temperature.initial },
    selection: 'none',
    selectedNiche: null,
    promptText,
  }));
}
