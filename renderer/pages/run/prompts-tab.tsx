/** What became of the offspring of each prompt: which prompts help this model, with the uncertainty of the sample. */
import './prompts-tab.css';
import { useMemo, useState } from 'react';
import { type Column, VirtualTable } from '../../controls/virtual-table.tsx';
import { useOpenRun } from '../../state/open-run.ts';
import { type PromptTally, tallyPrompts } from '../../state/prompt-tally.ts';
import { compare, type Order } from '../../state/run-order.ts';
import { wilson } from '../../words/interval.ts';
import { percent, significant, whole } from '../../words/numbers.ts';

type PromptColumn = 'prompt' | 'text' | 'offspring' | 'trainable' | 'interval' | 'added' | 'best' | 'reason';

function share(part: number, all: number): string {
  return all === 0 ? '–' : percent(part / all);
}

/** The interval of a share as a line on the scale from 0 to 1, the share itself a point on it. */
function IntervalMark({ part, all }: { readonly part: number; readonly all: number }) {
  if (all === 0) return null;
  const { low, high } = wilson(part, all);
  return (
    <span
      className="interval-mark"
      title={`${whole(part)} of ${whole(all)}; 95 % interval ${percent(low)} to ${percent(high)}`}
    >
      <span className="interval-mark-line" style={{ left: `${low * 100}%`, width: `${(high - low) * 100}%` }} />
      <span className="interval-mark-point" style={{ left: `${(part / all) * 100}%` }} />
    </span>
  );
}

const columns: readonly Column<PromptTally, PromptColumn>[] = [
  { id: 'prompt', title: 'Prompt', width: 150, sorts: true, cell: ({ prompt }) => <strong>{prompt}</strong> },
  {
    id: 'text',
    title: 'What it says',
    cell: ({ text }) => (
      <span className="muted" title={text}>
        {text}
      </span>
    ),
  },
  { id: 'offspring', title: 'Offspring', width: 80, align: 'end', sorts: true, cell: ({ known }) => whole(known) },
  {
    id: 'trainable',
    title: 'Trainable',
    width: 80,
    align: 'end',
    sorts: true,
    cell: ({ trainable, known }) => share(trainable, known),
  },
  {
    id: 'interval',
    title: '95 % interval, 0 to 100 %',
    width: 190,
    cell: ({ trainable, known }) => <IntervalMark part={trainable} all={known} />,
  },
  {
    id: 'added',
    title: 'Became elites',
    width: 104,
    align: 'end',
    sorts: true,
    cell: ({ added, known }) => (
      <>
        {whole(added)} <span className="muted">{share(added, known)}</span>
      </>
    ),
  },
  {
    id: 'best',
    title: 'Mean temp.',
    width: 86,
    align: 'end',
    sorts: true,
    tip: 'Mean sampling temperature of its offspring',
    cell: ({ temperature }) => (temperature === null ? '–' : significant(temperature)),
  },
  {
    id: 'reason',
    title: 'Most frequent refusal',
    width: 170,
    cell: ({ reason }) =>
      reason !== null && (
        <>
          {reason.reason} <span className="muted">{whole(reason.count)}</span>
        </>
      ),
  },
];

const keys: Readonly<Record<PromptColumn, (row: PromptTally) => string | number>> = {
  prompt: ({ prompt }) => prompt,
  text: ({ text }) => text,
  offspring: ({ known }) => known,
  trainable: ({ trainable, known }) => (known === 0 ? -1 : trainable / known),
  interval: ({ trainable, known }) => wilson(trainable, known).low,
  added: ({ added }) => added,
  best: ({ temperature }) => temperature ?? -1,
  reason: ({ reason }) => reason?.reason ?? '',
};

export function PromptsTab() {
  const { candidates, detail } = useOpenRun();
  const [order, setOrder] = useState<Order<PromptColumn>>({ column: 'trainable', descending: true });
  const rows = useMemo(() => {
    const sign = order.descending ? -1 : 1;
    return tallyPrompts(candidates, detail?.prompts ?? []).sort(
      (a, b) => sign * compare(keys[order.column](a), keys[order.column](b)) || b.known - a.known,
    );
  }, [candidates, detail, order]);
  return (
    <div className="prompts">
      <div className="panel prompts-table">
        <VirtualTable
          label="Prompts"
          columns={columns}
          rows={rows}
          keyOf={({ prompt }) => prompt}
          order={order}
          onOrder={setOrder}
          empty="No prompts yet."
        />
      </div>
    </div>
  );
}
