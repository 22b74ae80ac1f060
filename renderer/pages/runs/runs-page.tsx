/** All runs: what each is, how far, how good. At the first start, how to begin. */
import './runs-page.css';
import { useMemo, useState } from 'react';
import type { RunRow } from '../../../core/contract/runs.ts';
import { addressOfRun, formatAddress } from '../../address.ts';
import { Button, ButtonLink } from '../../controls/button.tsx';
import { SearchField } from '../../controls/search-field.tsx';
import { StateMark } from '../../controls/state-mark.tsx';
import { type Column, VirtualTable } from '../../controls/virtual-table.tsx';
import { Page } from '../../frame/page.tsx';
import { go } from '../../state/address-bar.ts';
import { useCatalogue } from '../../state/catalogue.ts';
import { progressOf } from '../../state/progress.ts';
import { forgetRun } from '../../state/run-actions.ts';
import { nameOfRun, type Order, orderedRuns, type RunColumn } from '../../state/run-order.ts';
import { useRuns } from '../../state/runs.ts';
import { moment } from '../../words/moments.ts';
import { counted, duration, fitness, orDash, percent, points, whole } from '../../words/numbers.ts';
import { runStates } from '../../words/states.ts';
import { FirstStart } from './first-start.tsx';
import { OpenRunDialog } from './open-run-dialog.tsx';

/** A run opened from elsewhere is named by its path. */
function isFromElsewhere({ id }: RunRow): boolean {
  return /[\\/]/.test(id);
}

function isReadable({ state }: RunRow): boolean {
  return state !== 'unreadable';
}

function gain({ initial, best }: RunRow): string {
  if (initial === null || best === null) return '–';
  const difference = best.fitness - initial.fitness;
  return best.fitness < 0 || best.fitness > 1 ? '–' : points(difference);
}

/** Widths of the table from which columns that matter less are shown. */
const wide = 1100;
const middling = 880;

const columns: readonly Column<RunRow, RunColumn | 'gain' | 'forget'>[] = [
  {
    id: 'name',
    title: 'Name',
    sorts: true,
    cell: (row) => (
      <a href={formatAddress(addressOfRun(row.id))} title={row.folder}>
        {nameOfRun(row)}
        {isFromElsewhere(row) && <span className="muted"> · {row.folder}</span>}
      </a>
    ),
  },
  {
    id: 'state',
    title: 'State',
    width: 152,
    sorts: true,
    cell: (row) => (
      <span title={row.problem?.message}>
        <StateMark tone={runStates[row.state].tone}>
          {runStates[row.state].word}
          {row.state === 'running' && <span className="muted">{percent(progressOf(row))}</span>}
        </StateMark>
      </span>
    ),
  },
  { id: 'preset', title: 'Preset', width: 92, room: wide, sorts: true, cell: (row) => row.preset ?? '–' },
  {
    id: 'seed',
    title: 'Seed',
    width: 54,
    room: wide,
    align: 'end',
    sorts: true,
    cell: (row) => (isReadable(row) ? row.seed : ''),
  },
  {
    id: 'generations',
    title: 'Generations',
    width: 88,
    align: 'end',
    sorts: true,
    cell: (row) =>
      isReadable(row) && (
        <>
          {row.generations.done} <span className="muted">of {row.generations.planned}</span>
        </>
      ),
  },
  {
    id: 'initial',
    title: 'Initial',
    width: 66,
    room: wide,
    align: 'end',
    sorts: true,
    tip: 'Fitness of the initial network',
    cell: (row) => orDash(row.initial, (initial) => fitness(initial.fitness)),
  },
  {
    id: 'best',
    title: 'Best',
    width: 66,
    align: 'end',
    sorts: true,
    tip: 'Fitness of the best network found',
    cell: (row) => orDash(row.best, (best) => fitness(best.fitness)),
  },
  {
    id: 'gain',
    title: 'Gain',
    width: 58,
    room: middling,
    align: 'end',
    tip: 'Percentage points of the best network above the initial one',
    cell: gain,
  },
  {
    id: 'filled',
    title: 'Niches',
    width: 86,
    align: 'end',
    sorts: true,
    tip: 'Niches of the network archive that are filled',
    cell: (row) =>
      isReadable(row) && (
        <>
          {whole(row.filled)} <span className="muted">of {whole(row.niches)}</span>
        </>
      ),
  },
  {
    id: 'seconds',
    title: 'Duration',
    width: 94,
    room: middling,
    align: 'end',
    sorts: true,
    cell: (row) => (isReadable(row) ? duration(row.seconds) : ''),
  },
  { id: 'created', title: 'Created', width: 146, align: 'end', sorts: true, cell: (row) => moment(row.created) },
  {
    id: 'forget',
    title: '',
    width: 56,
    align: 'end',
    cell: (row) =>
      isFromElsewhere(row) && (
        <Button
          kind="quiet"
          icon="close"
          tip={`Take ${nameOfRun(row)} off the list; its folder stays`}
          onPress={() => void forgetRun(row.id)}
        />
      ),
  },
];

type RunsColumn = (typeof columns)[number]['id'];

function isSorting(order: Order<RunsColumn>): order is Order<RunColumn> {
  return order.column !== 'gain' && order.column !== 'forget';
}

export function RunsPage() {
  const { rows, problem } = useRuns();
  const app = useCatalogue((state) => state.app);
  const [search, setSearch] = useState('');
  const [order, setOrder] = useState<Order<RunColumn>>({ column: 'created', descending: true });
  const [opening, setOpening] = useState(false);
  const shown = useMemo(() => orderedRuns([...(rows?.values() ?? [])], search, order), [rows, search, order]);
  const unreadable = shown.filter(({ state }) => state === 'unreadable' || state === 'failed');
  const dialog = opening && <OpenRunDialog onClose={() => setOpening(false)} />;

  if (rows !== null && rows.size === 0 && problem === null) {
    return (
      <>
        <FirstStart onOpen={() => setOpening(true)} />
        {dialog}
      </>
    );
  }
  return (
    <Page
      title="Runs"
      lead={app === null ? ' ' : `${counted(rows?.size ?? 0, 'run')} in ${app.runsFolder}`}
      actions={
        <>
          <SearchField label="Search runs" value={search} onChange={setSearch} />
          <Button icon="folder" onPress={() => setOpening(true)}>
            Open a run
          </Button>
          <ButtonLink kind="primary" icon="plus" href="#/new">
            New search
          </ButtonLink>
        </>
      }
    >
      {problem !== null && (
        <p className="bad" role="alert">
          {problem}
        </p>
      )}
      <div className="panel runs-table">
        <VirtualTable
          label="Runs"
          columns={shown.some(isFromElsewhere) ? columns : columns.slice(0, -1)}
          rows={shown}
          keyOf={(row) => row.id}
          order={order}
          onOrder={(next) => isSorting(next) && setOrder(next)}
          onOpen={(row) => go(addressOfRun(row.id))}
          empty={
            rows === null ? 'Reading the runs…' : search === '' ? 'No runs.' : `No run has all of "${search}" in it.`
          }
        />
      </div>
      {unreadable.length > 0 && (
        <ul className="runs-problems" aria-label="Problems">
          {unreadable.map((row) => (
            <li key={row.id}>
              <span className="bad">{nameOfRun(row)}</span> {row.problem?.message ?? 'Its cause is not known.'}
            </li>
          ))}
        </ul>
      )}
      {dialog}
    </Page>
  );
}
