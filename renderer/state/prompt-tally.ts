/** What became of the mutations of each prompt, and of crossover as one more way. */
import type { CandidateRow } from '../../core/contract/candidates.ts';
import type { RunDetail } from '../../core/contract/runs.ts';
import type { CandidateRows } from './candidate-rows.ts';
import { type ReasonCount, tallyOutcomes } from './tally.ts';

export interface PromptTally {
  readonly prompt: string;
  readonly text: string;
  /** Offspring whose fate is known. */
  readonly known: number;
  readonly trainable: number;
  readonly added: number;
  /** Mean sampling temperature of its offspring; null without any. */
  readonly temperature: number | null;
  /** The most frequent reason why they were not trainable. */
  readonly reason: ReasonCount | null;
}

function tallyOf(prompt: string, text: string, rows: readonly CandidateRow[]): PromptTally {
  const { known, trainable, added, reasons } = tallyOutcomes(new Map(rows.map((row) => [row.id, row])));
  const temperatures = rows.flatMap(({ temperature }) => temperature ?? []);
  const sum = temperatures.reduce((total, temperature) => total + temperature, 0);
  return {
    prompt,
    text,
    known,
    trainable,
    added,
    temperature: temperatures.length === 0 ? null : sum / temperatures.length,
    reason: reasons[0] ?? null,
  };
}

/** One row for each prompt of the set, in its order, and one for crossover where there was any. */
export function tallyPrompts(candidates: CandidateRows, prompts: RunDetail['prompts']): PromptTally[] {
  const rows = [...candidates.values()];
  const byPrompt = Map.groupBy(
    rows.filter(({ operator }) => operator === 'mutation'),
    ({ prompt }) => prompt,
  );
  const crossovers = rows.filter(({ operator }) => operator === 'crossover');
  const tallies = prompts.map(({ id, text }) => tallyOf(id, text, byPrompt.get(id) ?? []));
  if (crossovers.length > 0) {
    tallies.push(tallyOf('crossover', 'Combine the networks shown.', crossovers));
  }
  return tallies;
}
