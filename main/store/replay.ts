/** Both archives made anew from the candidates by the search's own rules, and compared with what each step recorded. */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { failureOf } from '../../core/failure.ts';
import type { CandidateRecord } from '../../core/search/candidate.ts';
import { insertGeneration } from '../../core/search/insertion.ts';
import { promptSetSchema } from '../../core/search/prompt-set.ts';
import { parseSettings } from '../../core/search/setting-paths.ts';
import { emptyState, type SearchState } from '../../core/search/state.ts';
import { changedFields, fieldsOfValue } from './chain/fields.ts';
import type { Elites } from './elites.ts';
import { placesOf } from './places-of.ts';
import type { RunDescription } from './run-description.ts';

/** The initial network alone, then each generation in order, its candidates by index. */
function generations(records: Iterable<CandidateRecord>): CandidateRecord[][] {
  const groups = new Map<number, CandidateRecord[]>();
  const initial: CandidateRecord[] = [];
  for (const record of records) {
    if (record.proposed === null) continue;
    if (record.proposed.operator === 'initial') initial.push(record);
    else groups.set(record.proposed.generation, [...(groups.get(record.proposed.generation) ?? []), record]);
  }
  const ordered = [...groups.entries()].sort(([a], [b]) => a - b).map(([, group]) => group);
  const byIndex = (a: CandidateRecord, b: CandidateRecord): number =>
    (a.proposed?.index ?? 0) - (b.proposed?.index ?? 0);
  return [initial, ...ordered.map((group) => group.sort(byIndex))].filter((group) => group.length > 0);
}

function idsByNiche(elites: ReadonlyMap<number, { readonly id: string }>): [number, string][] {
  return [...elites].map(([niche, { id }]): [number, string] => [niche, id]).sort(([a], [b]) => a - b);
}

/** Inserts the candidates again; `report` hears of every recorded insertion that comes out otherwise. */
function replayInsertions(
  description: RunDescription,
  records: ReadonlyMap<string, CandidateRecord>,
  recorded: Elites,
  report: (problem: string) => void,
): void {
  const settings = parseSettings(description.settings);
  const prompts = promptSetSchema.parse(description.prompts);
  let state: SearchState = emptyState(settings, prompts);
  let whole = true;
  for (const group of generations(records.values())) {
    // A generation is inserted once all its candidates are through; the last one may be on its way.
    if (group.every((record) => record.inserted === null)) break;
    const result = insertGeneration(settings, state, group);
    state = result.state;
    group.forEach((record, index) => {
      if (record.inserted === null) whole = false;
      else if (!isDeepStrictEqual(record.inserted, result.steps[index])) {
        const paths = changedFields(fieldsOfValue(record.inserted), fieldsOfValue(result.steps[index]));
        report(`Candidate ${record.id}: inserting it again gives another ${paths.join(', ')} than is recorded.`);
      }
    });
  }
  if (!whole) return;
  for (const [name, again, before] of [
    ['network', state.networks.elites, recorded.network],
    ['prompt', state.strategy.prompts?.elites ?? new Map(), recorded.prompt],
  ] as const) {
    if (!isDeepStrictEqual(idsByNiche(again), idsByNiche(before))) {
      report(`The ${name} archive made anew from the candidates holds other elites than the recorded insertions.`);
    }
  }
}

/** As {@link replayInsertions}, and a failure on the way is a problem like any other. */
export function replayProblems(
  description: RunDescription,
  records: ReadonlyMap<string, CandidateRecord>,
  recorded: Elites,
): string[] {
  const problems: string[] = [];
  try {
    replayInsertions(description, records, recorded, (problem) => problems.push(problem));
  } catch (error) {
    const why = error instanceof z.ZodError ? `${placesOf(error)} is damaged.` : failureOf(error).message;
    problems.push(`The archives cannot be made anew: ${why}`);
  }
  return problems;
}
