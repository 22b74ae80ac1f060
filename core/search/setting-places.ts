/** Which settings name a place of this machine: every one that is a free text has a row here, or it does not compile. */
import type { CommonSettings } from './common-settings.ts';
import { isServed } from './served-address.ts';

/** Settings that may be any text; those of a strategy's own are words of closed sets and numbers. */
export type TextSetting = {
  [K in keyof CommonSettings]: string extends NonNullable<CommonSettings[K]> ? K : never;
}[keyof CommonSettings];

/** Whether a prompt set is given as a file, and not by its name. */
export function isPromptFile(set: string): boolean {
  return set.endsWith('.json');
}

/** The path in a setting's text; null where it names none. */
export const pathInSetting: { readonly [K in TextSetting]: (text: string) => string | null } = {
  dataset: () => null,
  model: (text) => (isServed(text) ? null : text),
  promptSet: (text) => (isPromptFile(text) ? text : null),
};

/** The settings among changes that name a path. */
export function pathsInChanges(
  changes: Readonly<Record<string, unknown>>,
): { readonly setting: string; readonly path: string }[] {
  return Object.entries(pathInSetting).flatMap(([setting, pathOf]) => {
    const text = changes[setting];
    const path = typeof text === 'string' ? pathOf(text) : null;
    return path === null ? [] : [{ setting, path }];
  });
}
