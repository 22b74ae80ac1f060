/** A setting by its path, `recipe.epochs`, as a type: a path that there is none of does not compile. */
import { fail } from '../failure.ts';
import type { Settings } from './settings.ts';

type Group = { readonly [name: string]: unknown } | object;

/** Lists are settings as a whole; groups may be null. */
type IsGroup<T> = [Exclude<T, null>] extends [readonly unknown[] | string | number | boolean]
  ? false
  : [Exclude<T, null>] extends [Group]
    ? true
    : false;

type PathsIn<T> = {
  [K in keyof T & string]: IsGroup<T[K]> extends true ? `${K}.${PathsIn<Exclude<T[K], null>>}` : K;
}[keyof T & string];

type ValueIn<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? K extends keyof T
    ? ValueIn<Exclude<T[K], null>, Rest>
    : never
  : P extends keyof T
    ? T[P]
    : never;

export type SettingPath = PathsIn<Settings>;

export type SettingValue<P extends SettingPath> = ValueIn<Settings, P>;

/** The value at a path. @throws FailureError (`internal`) where the path leads nowhere, which the compiler prevents */
export function valueOfSetting<P extends SettingPath>(settings: Settings, path: P): SettingValue<P>;
export function valueOfSetting(settings: Settings, path: string): unknown {
  let value: unknown = settings;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !(name in value)) {
      return fail('internal', `There is no setting ${path}.`);
    }
    value = Reflect.get(value, name);
  }
  return value;
}
