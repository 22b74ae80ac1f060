/** The search that is being set up: it stays when another page is looked at, and is checked as it changes. */
import { useEffect, useState } from 'react';
import { create } from 'zustand';
import type { ContractFailure } from '../../core/contract/failure.ts';
import { type SearchRequest, type SettingField, searchRequestSchema } from '../../core/contract/settings.ts';
import { failureOf } from '../../core/failure.ts';
import type { SettingPath } from '../../core/search/setting-path.ts';
import type { Settings } from '../../core/search/settings.ts';
import { client } from '../client.ts';
import { useCatalogue } from './catalogue.ts';
import { type Changes, changesUnder, fieldOfProblem, withChange, withoutChange } from './draft.ts';

interface NewSearch {
  readonly preset: string;
  readonly changes: Changes;
  /** Empty lets the engine name the run. */
  readonly name: string;
}

export const useNewSearch = create<NewSearch>(() => ({ preset: 'demo', changes: {}, name: '' }));

/** Null until the presets are known. */
export function settingsOfPreset(name: string): Settings | null {
  return useCatalogue.getState().form?.presets.find((preset) => preset.name === name)?.settings ?? null;
}

export function choosePreset(preset: string): void {
  const settings = settingsOfPreset(preset);
  useNewSearch.setState(({ changes }) => ({
    preset,
    changes: settings === null ? changes : changesUnder(changes, settings),
  }));
}

export function change(path: SettingPath, value: unknown): void {
  useNewSearch.setState(({ preset, changes }) => {
    const settings = settingsOfPreset(preset);
    return { changes: settings === null ? { ...changes, [path]: value } : withChange(changes, settings, path, value) };
  });
}

export function reset(path: SettingPath): void {
  useNewSearch.setState(({ changes }) => ({ changes: withoutChange(changes, path) }));
}

export function resetAll(): void {
  useNewSearch.setState({ changes: {} });
}

export function requestOf({ preset, changes, name }: NewSearch): SearchRequest {
  return { preset, changes: { ...changes }, name: name.trim() === '' ? null : name.trim() };
}

export interface Check {
  /** The field it is about, or null for what is about none. */
  readonly field: SettingPath | 'name' | null;
  readonly message: string | null;
  /** Whether what is shown is of an earlier state. */
  readonly checking: boolean;
}

const pause = 250;
/** Longer than a check waits: several seconds may be measured. */
const estimatePause = 1200;

/** How long the search takes here and what it leaves on the disk, in words; null while that is not known. */
export function useEstimate({ message, checking }: Check): string | null {
  const draft = useNewSearch();
  const [words, setWords] = useState<{ readonly key: string; readonly words: string } | null>(null);
  const isGood = message === null && !checking;
  const key = JSON.stringify({ ...requestOf(draft), name: null });

  useEffect(() => {
    if (!isGood) return;
    const request = searchRequestSchema.safeParse(JSON.parse(key));
    if (!request.success) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      client.call('search.estimate', request.data, { signal: abort.signal }).then(
        (estimate) => setWords({ key, words: estimate.words }),
        // What keeps it from being known keeps the search too: Check or Start tells.
        () => {},
      );
    }, estimatePause);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [isGood, key]);

  return words?.key === key ? words.words : null;
}

function fieldOf(problem: ContractFailure, fields: readonly SettingField[]): Check['field'] {
  const named = fields.find(({ path }) => path === problem.data.path);
  if (named !== undefined) return named.path;
  return problem.code === 'run' ? 'name' : fieldOfProblem(problem, fields);
}

/** What is wrong with the search as it stands, asked of the engine a moment after each change. */
export function useCheck(): Check {
  const draft = useNewSearch();
  const fields = useCatalogue((state) => state.form?.fields);
  const [check, setCheck] = useState<Check>({ field: null, message: null, checking: true });
  const key = JSON.stringify(draft);

  useEffect(() => {
    if (fields === undefined) return;
    const request = searchRequestSchema.safeParse(requestOf(JSON.parse(key)));
    if (!request.success) {
      const sentence =
        'A name has letters, digits, dots, dashes and underscores, at most 100, and begins with one of the first two.';
      setCheck({ field: 'name', message: sentence, checking: false });
      return;
    }
    setCheck((before) => ({ ...before, checking: true }));
    const abort = new AbortController();
    const timer = setTimeout(() => {
      client.call('search.check', request.data, { signal: abort.signal }).then(
        ({ problem }) =>
          setCheck(
            problem === null
              ? { field: null, message: null, checking: false }
              : { field: fieldOf(problem, fields), message: problem.message, checking: false },
          ),
        (error: unknown) => {
          if (!abort.signal.aborted) setCheck({ field: null, message: failureOf(error).message, checking: false });
        },
      );
    }, pause);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key, fields]);

  return check;
}
