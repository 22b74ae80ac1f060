/** Columns of the table of prompts: what became of the offspring of each, with the uncertainty of the sample. */
import type { PromptFigures } from '../../../core/search/prompt-figures.ts';
import type { Column } from '../../controls/virtual-table.tsx';
import { wilson } from '../../words/interval.ts';
import { duration, percent, si, significant, whole } from '../../words/numbers.ts';

/** A prompt's figures with what it says. */
export interface PromptRow extends PromptFigures {
  readonly text: string;
}

export type PromptColumn =
  | 'prompt'
  | 'text'
  | 'offspring'
  | 'trainable'
  | 'interval'
  | 'asWritten'
  | 'repaired'
  | 'followed'
  | 'distinct'
  | 'copies'
  | 'added'
  | 'temperature'
  | 'tokens'
  | 'seconds'
  | 'reason';

function share(part: number, { offspring }: PromptRow): string {
  return offspring === 0 ? '–' : percent(part / offspring);
}

/** Most frequent first. */
function reasonsOf({ byReason }: PromptFigures): [reason: string, count: number][] {
  return Object.entries(byReason).sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
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

function Followed({ row }: { readonly row: PromptRow }) {
  if (row.followed !== null) return share(row.followed, row);
  return (
    <span className="muted" title="Not defined for this prompt, or not recorded by the version that made the run">
      unknown
    </span>
  );
}

/** `repairs`: the setting of the run. Without it the texts that repair would save were not trained. */
export function promptColumns(repairs: boolean): readonly Column<PromptRow, PromptColumn>[] {
  const end = { align: 'end', sorts: true } as const;
  return [
    { id: 'prompt', title: 'Prompt', width: 146, sorts: true, cell: ({ prompt }) => <strong>{prompt}</strong> },
    {
      id: 'text',
      title: 'What it says',
      room: 1500,
      cell: ({ text }) => (
        <span className="muted" title={text}>
          {text}
        </span>
      ),
    },
    { id: 'offspring', title: 'Offspring', width: 76, ...end, cell: ({ offspring }) => whole(offspring) },
    {
      id: 'trainable',
      title: 'Trainable',
      width: 78,
      ...end,
      tip: 'Accepted and trained without diverging',
      cell: (row) => share(row.trainable, row),
    },
    {
      id: 'interval',
      title: '95 % interval, 0 to 100 %',
      width: 170,
      room: 1240,
      cell: ({ trainable, offspring }) => <IntervalMark part={trainable} all={offspring} />,
    },
    {
      id: 'asWritten',
      title: 'As written',
      width: 80,
      ...end,
      tip: 'Trainable without repair',
      cell: (row) => share(row.asWritten, row),
    },
    {
      id: 'repaired',
      title: 'With repair',
      width: 88,
      ...end,
      tip: repairs ? 'Trainable, repaired ones counted' : 'Repair is off: with ≤, what it would save was not trained',
      cell: (row) =>
        repairs || row.repairable === 0 ? share(row.trainable, row) : `≤ ${share(row.trainable + row.repairable, row)}`,
    },
    {
      id: 'followed',
      title: 'Followed',
      width: 78,
      ...end,
      tip: 'Trainable, and does what the prompt asks',
      cell: (row) => <Followed row={row} />,
    },
    {
      id: 'distinct',
      title: 'Distinct',
      width: 72,
      ...end,
      tip: 'Trainable, no copy of a parent, the first of the run with that network hash',
      cell: (row) => share(row.distinct, row),
    },
    {
      id: 'copies',
      title: 'Copies',
      width: 64,
      ...end,
      tip: 'Trainable, but the same network as a parent',
      cell: (row) => share(row.copies, row),
    },
    {
      id: 'added',
      title: 'Became elites',
      width: 98,
      ...end,
      cell: (row) => (
        <>
          {whole(row.added)} <span className="muted">{share(row.added, row)}</span>
        </>
      ),
    },
    {
      id: 'temperature',
      title: 'Temp.',
      width: 60,
      room: 1300,
      ...end,
      tip: 'Mean sampling temperature of its offspring',
      cell: ({ temperature }) => (temperature === null ? '–' : significant(temperature)),
    },
    {
      id: 'tokens',
      title: 'Tokens',
      width: 70,
      ...end,
      tip: 'Written by the model',
      cell: ({ tokens, offspring }) => (offspring === 0 ? '–' : si(tokens)),
    },
    {
      id: 'seconds',
      title: 'Writing',
      width: 74,
      ...end,
      tip: 'Time that the model took to write them',
      cell: ({ seconds, offspring }) => (offspring === 0 ? '–' : duration(seconds)),
    },
    {
      id: 'reason',
      title: 'Why not trainable',
      cell: (row) => {
        const reasons = reasonsOf(row);
        const words = reasons.map(([reason, count]) => `${reason} ${whole(count)}`).join(', ');
        return (
          <span className="muted" title={words}>
            {words}
          </span>
        );
      },
    },
  ];
}

export const promptKeys: Readonly<Record<PromptColumn, (row: PromptRow) => string | number>> = {
  prompt: ({ prompt }) => prompt,
  text: ({ text }) => text,
  offspring: ({ offspring }) => offspring,
  trainable: ({ trainable, offspring }) => shareKey(trainable, offspring),
  interval: ({ trainable, offspring }) => wilson(trainable, offspring).low,
  asWritten: ({ asWritten, offspring }) => shareKey(asWritten, offspring),
  repaired: ({ trainable, repairable, offspring }) => shareKey(trainable + repairable, offspring),
  followed: ({ followed, offspring }) => (followed === null ? -1 : shareKey(followed, offspring)),
  distinct: ({ distinct, offspring }) => shareKey(distinct, offspring),
  copies: ({ copies, offspring }) => shareKey(copies, offspring),
  added: ({ added }) => added,
  temperature: ({ temperature }) => temperature ?? -1,
  tokens: ({ tokens }) => tokens,
  seconds: ({ seconds }) => seconds,
  reason: (row) => reasonsOf(row)[0]?.[0] ?? '',
};

function shareKey(part: number, all: number): number {
  return all === 0 ? -1 : part / all;
}
