/** All candidates of the run: filtered by what became of them, searched, sorted. */
import './networks-tab.css';
import './candidates.css';
import { useMemo, useState } from 'react';
import type { RunAddress } from '../../address.ts';
import { SearchField } from '../../controls/search-field.tsx';
import { Segments } from '../../controls/segments.tsx';
import { VirtualTable } from '../../controls/virtual-table.tsx';
import { select } from '../../state/address-bar.ts';
import { type CandidateColumn, type CandidateFilter, orderedCandidates } from '../../state/candidate-order.ts';
import { candidatesListed, useOpenRun } from '../../state/open-run.ts';
import type { Order } from '../../state/run-order.ts';
import { counted, whole } from '../../words/numbers.ts';
import { candidateColumns } from './candidate-columns.tsx';

const columns = Object.values(candidateColumns);

const filters: readonly { readonly filter: CandidateFilter; readonly word: string }[] = [
  { filter: 'all', word: 'All' },
  { filter: 'elites', word: 'Elites' },
  { filter: 'trained', word: 'Trained' },
  { filter: 'refused', word: 'Refused' },
  { filter: 'diverged', word: 'Diverged' },
  { filter: 'set aside', word: 'Set aside' },
  { filter: 'working', word: 'Working' },
];

export function NetworksTab({ address }: { readonly address: RunAddress }) {
  const { candidates, complete } = useOpenRun();
  const [search, setSearch] = useState('');
  const [filter, setFilter] = useState<CandidateFilter>('all');
  const [order, setOrder] = useState<Order<CandidateColumn>>({ column: 'fitness', descending: true });
  const rows = useMemo(
    () => orderedCandidates(candidates.values(), search, filter, order),
    [candidates, search, filter, order],
  );
  const counts = useMemo(() => {
    const found = new Map<CandidateFilter, number>([['all', candidates.size]]);
    const count = (name: CandidateFilter): void => void found.set(name, (found.get(name) ?? 0) + 1);
    for (const row of candidates.values()) {
      count(row.outcome);
      if (row.elite) count('elites');
    }
    return found;
  }, [candidates]);

  return (
    <div className="networks">
      <header className="networks-tools">
        <Segments<CandidateFilter>
          label="Outcome"
          options={filters.map(({ filter: name, word }) => [
            name,
            <>
              {word} <span className="muted">{whole(counts.get(name) ?? 0)}</span>
            </>,
          ])}
          value={filter}
          onChoose={setFilter}
        />
        <span className="muted networks-count">
          {complete ? counted(rows.length, 'candidate') : 'Reading the candidates…'}
          {candidates.size >= candidatesListed && `; the newest ${whole(candidatesListed)} are listed`}
        </span>
        <SearchField label="Search candidates" value={search} onChange={setSearch} />
      </header>
      <div className="panel candidates networks-table">
        <VirtualTable
          label="Candidates"
          columns={columns}
          rows={rows}
          keyOf={(row) => row.id}
          selected={address.selection}
          onSelect={(row) => select(row.id)}
          order={order}
          onOrder={setOrder}
          empty={candidates.size === 0 ? 'None yet.' : 'No candidate matches.'}
        />
      </div>
    </div>
  );
}
