/** The control of one setting, by its kind. What does not fit stays as typed, and the engine's check says why. */
import { useState } from 'react';
import type { SettingField } from '../../../core/contract/settings.ts';
import { readText, sameValue, textOf } from '../../state/draft.ts';

export interface SettingInputProps {
  readonly id: string;
  readonly field: SettingField;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly invalid: boolean;
  /** Id of the element with the sentence about it. */
  readonly describedBy?: string;
  /** What an empty field means, for a setting that may be left open. */
  readonly whenEmpty?: string;
}

function TypedInput({ id, field, value, onChange, invalid, describedBy, whenEmpty }: SettingInputProps) {
  const [typed, setTyped] = useState(textOf(value));
  // What is typed stands while it means the value; a value that came from elsewhere replaces it.
  const text = sameValue(readText(field, typed), value) ? typed : textOf(value);
  const isNumber = field.kind === 'number' || field.kind === 'whole number';
  return (
    <input
      id={id}
      type="text"
      className="field"
      inputMode={isNumber ? 'decimal' : 'text'}
      value={text}
      placeholder={field.nullable ? (whenEmpty ?? 'empty') : undefined}
      spellCheck={false}
      autoComplete="off"
      aria-invalid={invalid}
      aria-describedby={describedBy}
      onChange={({ target }) => {
        setTyped(target.value);
        onChange(readText(field, target.value));
      }}
    />
  );
}

export function SettingInput(props: SettingInputProps) {
  const { id, field, value, onChange, invalid, describedBy } = props;
  if (field.kind === 'switch') {
    return (
      <input
        id={id}
        type="checkbox"
        className="switch"
        checked={value === true}
        aria-invalid={invalid}
        aria-describedby={describedBy}
        onChange={({ target }) => onChange(target.checked)}
      />
    );
  }
  if (field.kind === 'choice') {
    return (
      <select
        id={id}
        className="field"
        value={textOf(value)}
        aria-invalid={invalid}
        aria-describedby={describedBy}
        onChange={({ target }) => onChange(target.value === '' && field.nullable ? null : target.value)}
      >
        {field.nullable && <option value="">empty</option>}
        {field.options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    );
  }
  return <TypedInput {...props} />;
}
