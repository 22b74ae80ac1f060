/** One of the settings that matter most: its word, its control, and what is wrong with it; and a choice among a few. */
import type { ReactNode } from 'react';
import type { SettingPath } from '../../../core/search/setting-path.ts';
import { type Check, change } from '../../state/new-search.ts';

interface RowProps {
  readonly path: SettingPath;
  readonly word: string;
  readonly check: Check;
  readonly children: ReactNode;
  readonly width?: 'narrow' | 'wide' | 'whole';
}

export function Row({ path, word, check, children, width = 'narrow' }: RowProps) {
  const problem = check.field === path ? check.message : null;
  return (
    <div className={`main-setting main-setting-${width}`}>
      <label htmlFor={`main-${path}`}>{word}</label>
      {children}
      {problem !== null && (
        <p className="bad" id={`main-${path}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly path: SettingPath;
  readonly value: unknown;
  readonly invalid: boolean;
  readonly options: readonly { readonly value: string; readonly word: string; readonly disabled: boolean }[];
  /** The setting's value for an option's. */
  readonly read?: (value: string) => unknown;
}

export function Choice({ path, value, invalid, options, read = (text) => text }: ChoiceProps) {
  return (
    <select
      id={`main-${path}`}
      className="field"
      value={value === null || value === undefined ? '' : String(value)}
      aria-invalid={invalid}
      aria-describedby={invalid ? `main-${path}-problem` : undefined}
      onChange={({ target }) => change(path, read(target.value))}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value} disabled={option.disabled}>
          {option.word}
        </option>
      ))}
    </select>
  );
}
