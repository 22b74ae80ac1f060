/** What a map is coloured by now, between which limits, and the colour of each filled niche. */
import { useMemo, useState } from 'react';
import { colourAt, type Limits, limitsOf, placeInLimits } from './colour-scale.ts';
import type { Colouring } from './colourings.ts';

/** @param colourings the first is in use until another is chosen; limits are kept for each of them */
export function useColours<E extends { readonly niche: number }>(
  colourings: readonly Colouring<E>[],
  elites: readonly E[],
) {
  const [chosenKey, setChosenKey] = useState('');
  const [setLimits, keepLimits] = useState<Readonly<Record<string, Limits>>>({});

  const colouring = colourings.find(({ key }) => key === chosenKey) ?? colourings[0];
  const key = colouring?.key ?? '';
  const ownLimits = useMemo(
    () => limitsOf(elites.flatMap((elite) => colouring?.value(elite) ?? [])),
    [elites, colouring],
  );
  const limits = setLimits[key] ?? ownLimits;
  const colours = useMemo(() => {
    const found = new Map<number, string>();
    for (const elite of elites) {
      const value = colouring?.value(elite) ?? null;
      const isKnown = colouring !== undefined && limits !== null && value !== null;
      found.set(
        elite.niche,
        isKnown ? colourAt(colouring.scheme, placeInLimits(value, limits, colouring.scale)) : 'var(--line-strong)',
      );
    }
    return found;
  }, [elites, colouring, limits]);
  const legend = useMemo(() => {
    if (colouring === undefined || limits === null) return null;
    const { label, scheme, show } = colouring;
    return { label, scheme, low: show(limits.low), high: show(limits.high) };
  }, [colouring, limits]);

  return {
    colouring,
    onColouring: setChosenKey,
    limits,
    /** Whether a person set the limits. */
    isSet: setLimits[key] !== undefined,
    /** Null returns to the values' own ends. */
    onLimits(chosen: Limits | null): void {
      const { [key]: _, ...others } = setLimits;
      keepLimits(chosen === null ? others : { ...others, [key]: chosen });
    },
    colours,
    legend,
  };
}
