/** Both archives made anew from the candidates by the search's own rules, and compared with what each step recorded. */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { fail, failureOf } from '../../core/failure.ts';
import { type CandidateRecord, isEnded } from '../../core/search/candidate.ts';
import { insertGeneration } from '../../core/search/insertion.ts';
import { parseSettings } from '../../core/search/setting-paths.ts';
import { emptyState, type SearchState } from '../../core/search/state.ts';
import { changedFields, fieldsOfValue } from '../store/chain/fields.ts';
import { placesOf } from '../store/places-of.ts';
import type { RunDescription } from '../store/run-description.ts';
import type { RecordedArchives } from './archives.ts';
import { generationsOf, promptsOf } from './run.ts';

/** Inserts the candidates again; `report` hears of every recorded insertion that comes out otherwise. */
function replayInsertions(
  description: RunDescription,
  records: ReadonlyMap<string, CandidateRecord>,
  recorded: RecordedArchives,
  report: (problem: string) => void,
): void {
  const settings = parseSettings(description.settings);
  const prompts = promptsOf({ description });
  let state: SearchState = emptyState(settings, prompts);
  let whole = true;
  for (const group of generationsOf(records.values()).values()) {
    // A generation is inserted once all its candidates are through; the last one may be on its way.
    if (group.every((record) => record.inserted === null)) break;
    const ended = group.filter(isEnded);
    const open = group.find((record) => !isEnded(record));
    if (open !== undefined) fail('run', `Candidate ${open.id} was neither refused nor trained.`);
    const result = insertGeneration(settings, state, ended);
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
    ['network', state.networks, recorded.networks],
    ['prompt', state.strategy.prompts, recorded.prompts],
  ] as const) {
    const made = [...(again?.elites.values() ?? [])].map(({ niche, id }) => [niche, id]);
    const known = [...before.elites.values()].map(({ niche, record }) => [niche, record.id]);
    if (!isDeepStrictEqual(made, known)) {
      report(`The ${name} archive made anew from the candidates holds other elites than the recorded insertions.`);
    }
  }
}

/** As {@link replayInsertions}, and a failure on the way is a problem like any other. */
export function replayProblems(
  description: RunDescription,
  records: ReadonlyMap<string, CandidateRecord>,
  recorded: RecordedArchives,
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
