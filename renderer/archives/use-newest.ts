/** Which niches were filled anew since the generation before: outlined for a moment, so that an insertion is seen. */
import { useEffect, useRef, useState } from 'react';

interface Placed {
  readonly niche: number;
  readonly id: string;
}

const outlined = 2400;

/** @param subject another run or archive begins anew, without outlines */
export function useNewest(subject: string, generation: number, elites: readonly Placed[]): readonly number[] {
  const before = useRef<{ subject: string; generation: number; ids: ReadonlyMap<number, string> } | null>(null);
  const [newest, setNewest] = useState<readonly number[]>([]);
  useEffect(() => {
    const ids = new Map(elites.map(({ niche, id }) => [niche, id]));
    const known = before.current;
    before.current = { subject, generation, ids };
    if (known === null || known.subject !== subject || generation <= known.generation) {
      if (known === null || known.subject !== subject || generation < known.generation) setNewest([]);
      return;
    }
    setNewest([...ids].flatMap(([niche, id]) => (known.ids.get(niche) === id ? [] : [niche])));
  }, [subject, generation, elites]);
  useEffect(() => {
    if (newest.length === 0) return;
    const end = setTimeout(() => setNewest([]), outlined);
    return () => clearTimeout(end);
  }, [newest]);
  return newest;
}
