/** Best fitness over the generations. */
import { useOpenRun } from '../../state/open-run.ts';

export function FitnessHistory({ generation }: { readonly generation: number | null }) {
  const detail = useOpenRun((state) => state.detail);
  return (
    <section className="panel">
      {detail?.history.length} generations {generation}
    </section>
  );
}
