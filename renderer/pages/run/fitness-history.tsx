/** Best fitness over the generations. */
import { useOpenRun } from '../../state/open-run.ts';

export function FitnessHistory() {
  const detail = useOpenRun((state) => state.detail);
  return <p>{detail?.history.length} generations</p>;
}
