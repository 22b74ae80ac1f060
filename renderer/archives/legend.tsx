/**
 * Legend: what a map is coloured by, its colours between two limits that can be set, and what a hatched niche means.
 * Props: `colourings`, `colouring` (in use), `onColouring`, `limits` (in use), `isSet` (by a person), `onLimits` (null returns to the values' own ends).
 */
import { useEffect, useState } from 'react';
import { readFigure } from '../charts/figures.ts';
import { colourAt, type Limits } from './colour-scale.ts';
import type { Colouring } from './colourings.ts';

export interface LegendProps<E> {
  readonly colourings: readonly Colouring<E>[];
  readonly colouring: Colouring<E>;
  onColouring(key: string): void;
  readonly limits: Limits | null;
  readonly isSet: boolean;
  onLimits(limits: Limits | null): void;
  /** What the hatching means; empty where nothing is hatched. */
  readonly hatchNote: string;
}

const stops = 24;

function LimitField(props: { label: string; text: string; onValue(value: number): boolean }) {
  const { label, text, onValue } = props;
  const [draft, setDraft] = useState(text);
  const [isWrong, setWrong] = useState(false);
  useEffect(() => {
    setDraft(text);
    setWrong(false);
  }, [text]);
  const settle = (): void => {
    const value = readFigure(draft);
    setWrong(draft !== text && (value === null || !onValue(value)));
  };
  return (
    <input
      className="legend-limit"
      aria-label={label}
      aria-invalid={isWrong}
      title={isWrong ? 'A figure such as 0.5, 64 % or 1.2 M; the lower limit below the upper.' : label}
      value={draft}
      size={Math.max(6, draft.length)}
      spellCheck={false}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={settle}
      onKeyDown={(event) => {
        if (event.key === 'Enter') settle();
        if (event.key === 'Escape') {
          event.stopPropagation();
          setDraft(text);
          setWrong(false);
        }
      }}
    />
  );
}

export function Legend<E>(props: LegendProps<E>) {
  const { colourings, colouring, onColouring, limits, isSet, onLimits, hatchNote } = props;
  return (
    <div className="legend">
      <select
        className="map-chooser"
        aria-label="Colour by"
        title="What the niches are coloured by"
        value={colouring.key}
        onChange={(event) => onColouring(event.target.value)}
      >
        {colourings.map(({ key, label }) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </select>
      {limits !== null && (
        <span className="legend-scale">
          <LimitField
            label={`Lower limit of ${colouring.label}`}
            text={colouring.show(limits.low)}
            onValue={(low) => {
              if (low >= limits.high) return false;
              onLimits({ ...limits, low });
              return true;
            }}
          />
          <svg
            className="legend-bar"
            width="120"
            height="10"
            viewBox="0 0 120 10"
            preserveAspectRatio="none"
            aria-hidden="true"
          >
            {Array.from({ length: stops }, (_, step) => colourAt(colouring.scheme, step / (stops - 1))).map(
              (colour, step) => (
                <rect key={colour} x={(step * 120) / stops} width={120 / stops + 0.5} height="10" fill={colour} />
              ),
            )}
          </svg>
          <LimitField
            label={`Upper limit of ${colouring.label}`}
            text={colouring.show(limits.high)}
            onValue={(high) => {
              if (high <= limits.low) return false;
              onLimits({ ...limits, high });
              return true;
            }}
          />
          {isSet && (
            <button type="button" className="quiet-button" onClick={() => onLimits(null)}>
              Reset
            </button>
          )}
        </span>
      )}
      {hatchNote !== '' && (
        <span className="legend-hatch">
          <svg width="14" height="10" aria-hidden="true">
            <path d="M0 10L10 0M4 10L14 0M0 4L4 0M10 10L14 6" className="map-hatch" />
          </svg>
          {hatchNote}
        </span>
      )}
    </div>
  );
}
