/** The whole text that a language model gets for one prompt of a set: what a search would ask, without a search. */
import { fail } from '../failure.ts';
import type { AnyPromptSet } from './prompt-set.ts';
import { crossoverPrompt, mutationPrompt } from './prompt-text.ts';

/** A prompt of a set: a mutation, a crossover, or the network from nothing but the initial one. */
export interface PromptChoice {
  readonly id: string;
  readonly text: string;
  /** Networks that it shows. */
  readonly parents: 1 | 2 | 3;
}

/** All prompts of a set, mutations first. */
export function promptChoices(set: AnyPromptSet): PromptChoice[] {
  const mutations = set.mutation.map(({ id, text }): PromptChoice => ({ id, text, parents: 1 }));
  if (set.changes === 'cell') return mutations;
  return [
    ...mutations,
    { id: 'crossover-two', text: set.crossover.two, parents: 2 },
    { id: 'crossover-three', text: set.crossover.three, parents: 3 },
    { id: 'random-network', text: set.randomNetwork, parents: 1 },
  ];
}

/**
 * The text for one prompt and the sources of its parents.
 * @throws FailureError (`usage`) for an id that is not in the set, or another number of parents
 */
export function previewPrompt(set: AnyPromptSet, id: string, sources: readonly string[]): string {
  const choices = promptChoices(set);
  const choice = choices.find((each) => each.id === id);
  if (choice === undefined) {
    return fail(
      'usage',
      `The prompt set ${set.name} has no prompt ${id}. It has: ${choices.map((each) => each.id).join(', ')}.`,
    );
  }
  if (sources.length !== choice.parents) {
    return fail('usage', `The prompt ${id} shows ${choice.parents} networks, not ${sources.length}.`);
  }
  if (set.changes === 'network' && choice.parents > 1) return crossoverPrompt(set, sources);
  return mutationPrompt(sources[0] ?? '', choice.text);
}
