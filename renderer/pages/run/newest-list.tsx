/** The newest candidates: what each is, what became of it, and why not. */
import { useMemo } from 'react';
import { VirtualTable } from '../../controls/virtual-table.tsx';
import { select } from '../../state/address-bar.ts';
import { newestFirst } from '../../state/candidate-rows.ts';
import { useOpenRun } from '../../state/open-run.ts';
import { whole } from '../../words/numbers.ts';
import { candidateColumns } from './candidate-columns.tsx';
import './candidates.css';

const { id, outcome, prompt, temperature, fitness, reason } = candidateColumns;
/** Beside the inspector there is little room: what it shows too is left out first. */
const columns = [id, outcome, { ...prompt, room: 600 }, { ...temperature, room: 680 }, fitness, reason];

export function NewestList({ selection }: { readonly selection: string | null }) {
  const { candidates, complete } = useOpenRun();
  const rows = useMemo(() => newestFirst(candidates), [candidates]);
  return (
    <section className="panel candidates" aria-label="Newest candidates">
      <header className="panel-title">
        <h3>Newest candidates</h3>
        <span className="muted">{whole(rows.length)}</span>
      </header>
      <VirtualTable
        label="Newest candidates"
        columns={columns}
        rows={rows}
        keyOf={(row) => row.id}
        selected={selection}
        onSelect={(row) => select(row.id)}
        empty={complete ? 'None yet.' : 'Reading the candidates…'}
      />
    </section>
  );
}
