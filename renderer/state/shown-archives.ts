/** Archives after the generation that the address names; the latest where it names none. */
import { useEffect, useState } from 'react';
import type { Archives } from '../../core/contract/archives.ts';
import { client } from '../client.ts';
import { tellFailure } from './notices.ts';
import { useOpenRun } from './open-run.ts';

const kept = new Map<string, Archives>();
const keptMost = 60;

function keep(key: string, archives: Archives): void {
  kept.set(key, archives);
  const oldest = kept.keys().next();
  if (kept.size > keptMost && oldest.done !== true) kept.delete(oldest.value);
}

/** While another generation is read, the last one shown stays. */
export function useShownArchives(run: string, generation: number | null): Archives | null {
  const latest = useOpenRun((state) => (state.run === run ? state.latest : null));
  const [shown, setShown] = useState<Archives | null>(null);
  const follows = generation === null || (latest !== null && generation >= latest.latest);

  useEffect(() => {
    if (follows || generation === null) return;
    const key = `${generation} ${run}`;
    const known = kept.get(key);
    if (known !== undefined) {
      setShown(known);
      return;
    }
    const abort = new AbortController();
    client.call('runs.archives', { run, generation }, { signal: abort.signal }).then(
      (archives) => {
        keep(key, archives);
        setShown(archives);
      },
      (error: unknown) => {
        if (!abort.signal.aborted) tellFailure(`The archives of generation ${generation} cannot be shown`, error);
      },
    );
    return () => abort.abort();
  }, [run, generation, follows]);

  if (follows) return latest;
  return shown?.run === run ? shown : latest;
}
