/** The answers to the calls on prompt sets. */
import type { PromptSetRow } from '../../core/contract/prompts.ts';
import type { CallName, Params, Result } from '../../core/contract.ts';
import { promptChoices } from '../../core/search/prompt-preview.ts';
import { promptNumber } from '../../core/search/prompt-set.ts';
import { samplePrompt } from '../prompt-samples.ts';
import {
  importPromptSet,
  listPromptSets,
  type PromptSetEntry,
  readAnyPromptSet,
  readPromptSetFile,
} from '../prompt-sets.ts';

type PromptCall = Extract<CallName, `prompts.${string}`>;

function rowOf(entry: PromptSetEntry): PromptSetRow {
  const { name, file, own } = entry;
  if ('problem' in entry) {
    const problem = { code: 'input', message: entry.problem, data: {} };
    return { name, file, own, changes: null, source: '', prompts: [], problem };
  }
  const { set } = entry;
  const prompts = promptChoices(set).map((choice) => ({ ...choice, number: promptNumber(set, choice.id) }));
  return { name, file, own, changes: set.changes, source: set.source, prompts, problem: null };
}

export function promptAnswers(home: string): {
  readonly [N in PromptCall]: (params: Params<N>) => Promise<Result<N>>;
} {
  return {
    'prompts.list': async () => ({ sets: listPromptSets(home).map(rowOf) }),
    'prompts.check': async ({ file }) => ({ set: rowOf(readPromptSetFile(file)) }),
    async 'prompts.preview'({ set: name, prompt }) {
      const set = readAnyPromptSet(name, home);
      return { set: set.name, prompt, ...samplePrompt(set, prompt) };
    },
    'prompts.import': async ({ file, name = null }) => ({ set: rowOf(importPromptSet(file, name, home)) }),
  };
}
