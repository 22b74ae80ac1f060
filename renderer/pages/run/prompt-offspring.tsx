/** The offspring of one prompt, by what became of them; choosing one opens it in the inspector. */
import './candidates.css';
import { useMemo, useState } from 'react';
import type { CandidateRow } from '../../../core/contract/candidates.ts';
import { Segments } from '../../controls/segments.tsx';
import { VirtualTable } from '../../controls/virtual-table.tsx';
import { select } from '../../state/address-bar.ts';
import { newestFirst } from '../../state/candidate-rows.ts';
import { useOpenRun } from '../../state/open-run.ts';
import { whole } from '../../words/numbers.ts';
import { candidateColumns } from './candidate-columns.tsx';

const { id, outcome, temperature, fitness, params, flops, reason } = candidateColumns;
const columns = [id, outcome, temperature, fitness, params, flops, reason];

/** What the segments divide by: the outcome, or for what is not trainable the kind of reason. */
function kindOf(row: CandidateRow): string {
  return row.outcome === 'refused' ? (row.reason?.kind ?? row.outcome) : row.outcome;
}

export function PromptOffspring({ prompt, selection }: { readonly prompt: string; readonly selection: string | null }) {
  const candidates = useOpenRun((state) => state.candidates);
  const [chosen, setChosen] = useState('all');
  const own = useMemo(() => newestFirst(candidates).filter((row) => row.prompt === prompt), [candidates, prompt]);
  const kinds = useMemo(() => {
    const counts = new Map<string, number>();
    for (const row of own) counts.set(kindOf(row), (counts.get(kindOf(row)) ?? 0) + 1);
    return [...counts].sort(([, a], [, b]) => b - a);
  }, [own]);
  // What was chosen for another prompt may not be there for this one.
  const kind = kinds.some(([each]) => each === chosen) ? chosen : 'all';
  const rows = kind === 'all' ? own : own.filter((row) => kindOf(row) === kind);
  return (
    <section className="panel candidates prompt-offspring" aria-label={`Offspring of ${prompt}`}>
      <header className="panel-title">
        <h3>Offspring of {prompt}</h3>
        <Segments
          label="What became of them"
          options={[['all', own.length] as const, ...kinds].map(([each, count]) => [
            each,
            <>
              {each} <span className="muted">{whole(count)}</span>
            </>,
          ])}
          value={kind}
          onChoose={setChosen}
        />
      </header>
      <VirtualTable
        label={`Offspring of ${prompt}`}
        columns={columns}
        rows={rows}
        keyOf={(row) => row.id}
        selected={selection}
        onSelect={(row) => select(row.id)}
        empty="None yet."
      />
    </section>
  );
}
