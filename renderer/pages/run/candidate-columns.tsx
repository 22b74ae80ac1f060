/** Columns of a table of candidates, for the newest ones and for all of them. */
import type { CandidateRow } from '../../../core/contract/candidates.ts';
import { StateMark } from '../../controls/state-mark.tsx';
import type { Column } from '../../controls/virtual-table.tsx';
import type { CandidateColumn } from '../../state/candidate-order.ts';
import { useOpenRun } from '../../state/open-run.ts';
import { fitness, orDash, percent, si, significant, whole } from '../../words/numbers.ts';
import { outcomes } from '../../words/states.ts';

const doing: Readonly<Record<CandidateRow['step'], string>> = {
  proposed: 'To be written',
  generated: 'Written',
  interpreted: 'To be trained',
  trained: 'Trained',
  inserted: 'Inserted',
};

/** The line of the text that the reason is about stands in its message or is added. */
function reasonText({ reason: own, standsInFor, repair }: CandidateRow): string {
  const reason = own ?? standsInFor;
  if (reason === null) return repair === 'applied' ? 'Repaired' : '';
  if (own === null) return `Its parent stands in: ${reason.message}`;
  return reason.line === undefined || /\bline \d/.test(reason.message)
    ? reason.message
    : `Line ${reason.line}: ${reason.message}`;
}

function Outcome({ row }: { readonly row: CandidateRow }) {
  const isTraining = useOpenRun(({ activity }) => activity.trainings.some(({ id }) => id === row.id));
  const working = isTraining ? 'Training' : doing[row.step];
  return (
    <StateMark tone={row.outcome === 'working' && !isTraining ? 'neutral' : outcomes[row.outcome].tone}>
      {row.outcome === 'working' ? working : outcomes[row.outcome].word}
    </StateMark>
  );
}

function Fitness({ row }: { readonly row: CandidateRow }) {
  if (row.fitnessToBe === null) return orDash(row.fitness, (value) => fitness(value));
  return (
    <span className="muted" title="Trained; it is judged when its generation ends">
      {fitness(row.fitnessToBe)}
    </span>
  );
}

export const candidateColumns: Readonly<Record<CandidateColumn, Column<CandidateRow, CandidateColumn>>> = {
  id: {
    id: 'id',
    title: 'Candidate',
    width: 112,
    sorts: true,
    cell: (row) => (
      <span className="mono">
        {row.id}
        {row.elite && (
          <span className="candidate-elite" title="An elite of the network archive now">
            {' '}
            ●
          </span>
        )}
      </span>
    ),
  },
  outcome: {
    id: 'outcome',
    title: 'Outcome',
    width: 112,
    sorts: true,
    cell: (row) => <Outcome row={row} />,
  },
  operator: { id: 'operator', title: 'Operator', width: 84, sorts: true, cell: (row) => row.operator },
  prompt: { id: 'prompt', title: 'Prompt', width: 142, sorts: true, cell: (row) => row.prompt ?? '–' },
  temperature: {
    id: 'temperature',
    title: 'Temp.',
    width: 60,
    align: 'end',
    sorts: true,
    tip: 'Sampling temperature',
    cell: (row) => orDash(row.temperature, (value) => significant(value)),
  },
  fitness: {
    id: 'fitness',
    title: 'Fitness',
    width: 72,
    align: 'end',
    sorts: true,
    cell: (row) => <Fitness row={row} />,
  },
  test: {
    id: 'test',
    title: 'Test',
    width: 72,
    align: 'end',
    sorts: true,
    tip: 'Share of the test images classified right',
    cell: (row) => orDash(row.accuracy?.test, percent),
  },
  params: {
    id: 'params',
    title: 'Parameters',
    width: 88,
    align: 'end',
    sorts: true,
    cell: (row) => orDash(row.measures, ({ params }) => si(params)),
  },
  flops: {
    id: 'flops',
    title: 'FLOPs',
    width: 76,
    align: 'end',
    sorts: true,
    tip: 'Multiply-accumulates for one image',
    cell: (row) => orDash(row.measures, ({ flops }) => si(flops)),
  },
  shape: {
    id: 'shape',
    title: 'Width / depth',
    width: 100,
    align: 'end',
    sorts: true,
    cell: (row) => orDash(row.measures, ({ width, depth }) => `${whole(width)} / ${whole(depth)}`),
  },
  niche: {
    id: 'niche',
    title: 'Niche',
    width: 60,
    align: 'end',
    sorts: true,
    cell: (row) => orDash(row.niche, whole),
  },
  reason: {
    id: 'reason',
    title: 'Why not, or whence',
    cell: (row) =>
      row.reason === null ? (
        <span className="muted">
          {row.sameAs === null
            ? row.added === true
              ? 'added to the archive'
              : row.added === false
                ? 'not added to the archive'
                : ''
            : `the same network as ${row.sameAs}`}
        </span>
      ) : (
        <span title={reasonText(row)}>{reasonText(row)}</span>
      ),
  },
};
