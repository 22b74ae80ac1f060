/**
 * Which parameters of which call are paths, and what is done with what lies there. Every call has a row, and every path
 * among its parameters a word: one without does not compile. The engine lets no call past that does not keep to it.
 */
import type * as z from 'zod';
import type { CallName, Calls } from '../contract.ts';
import type { Path } from '../names.ts';
import type { SettingChanges } from './settings.ts';

/** `prompt set`: a file that is read where it ends in .json, else a name. `settings`: those of a search that are paths. */
export type PathUse = 'read' | 'write' | 'prompt set' | 'settings';

type Read<N extends CallName> = z.output<Calls[N]['params']>;

/** The use that a parameter must be given; never for what is no path. */
type UseOf<T> = SettingChanges extends T
  ? 'settings'
  : Extract<T, Path> extends never
    ? never
    : Exclude<PathUse, 'settings'>;

/** The parameters of a call that are paths. */
type Used<N extends CallName> = {
  readonly [F in keyof Read<N> as UseOf<Exclude<Read<N>[F], undefined>> extends never ? never : F]-?: UseOf<
    Exclude<Read<N>[F], undefined>
  >;
};

export type PathsOf<N extends CallName> = [keyof Used<N>] extends [never]
  ? { readonly [field: string]: never }
  : Used<N>;

const none = {};

export const callPaths: { readonly [N in CallName]: PathsOf<N> } = {
  'app.describe': none,
  'app.doctor': none,
  'models.list': none,
  'models.inspect': { file: 'read' },
  'models.served': none,
  'conversions.check': { path: 'read' },
  'conversions.start': { path: 'read', file: 'write' },
  'conversions.list': none,
  'conversions.cancel': none,
  'conversions.forget': none,
  'prompts.list': none,
  'prompts.check': { file: 'read' },
  'prompts.preview': { set: 'prompt set' },
  'prompts.import': { file: 'read' },
  'datasets.list': none,
  'datasets.importers': none,
  'datasets.import': { path: 'read' },
  'search.form': none,
  'search.check': { changes: 'settings' },
  'search.estimate': { changes: 'settings' },
  'search.start': { changes: 'settings' },
  'search.pause': none,
  'search.resume': { model: 'read' },
  'search.stop': none,
  'runs.list': none,
  'runs.open': { folder: 'read' },
  'runs.forget': none,
  'runs.trust': none,
  'runs.get': none,
  'runs.archives': none,
  'runs.candidates': none,
  'runs.candidate': none,
  'runs.source': none,
  'runs.difference': none,
  'runs.verify': none,
  'runs.export': none,
};
