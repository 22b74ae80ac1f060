/** A choice of one out of a few, side by side; arrow keys move within it. */
import './segments.css';
import { type ReactNode, useId } from 'react';

interface SegmentsProps<T extends string> {
  /** What is chosen, for those who do not see it. */
  readonly label: string;
  readonly options: readonly (readonly [value: T, word: ReactNode])[];
  readonly value: T;
  onChoose(value: T): void;
}

export function Segments<T extends string>({ label, options, value, onChoose }: SegmentsProps<T>) {
  const name = useId();
  return (
    <fieldset className="segments">
      <legend className="visually-hidden">{label}</legend>
      {options.map(([each, word]) => (
        <label key={each}>
          <input
            type="radio"
            name={name}
            className="visually-hidden"
            checked={each === value}
            onChange={() => onChoose(each)}
          />
          {word}
        </label>
      ))}
    </fieldset>
  );
}
