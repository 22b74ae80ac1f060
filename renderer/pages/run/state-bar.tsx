/** One line about a run that does not simply run: why, and what can be done. */
import './state-bar.css';
import type { ReactNode } from 'react';
import type { RunRow } from '../../../core/contract/runs.ts';
import { Icon } from '../../controls/icon.tsx';
import { useOpenRun } from '../../state/open-run.ts';
import { percent } from '../../words/numbers.ts';

interface StateBarProps {
  readonly row: RunRow | undefined;
  /** Why the run could not be read. */
  readonly problem: string | null;
}

function Bar({ tone, children }: { readonly tone: 'quiet' | 'warn' | 'bad'; readonly children: ReactNode }) {
  return (
    <div className={`state-bar state-bar-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {tone !== 'quiet' && <Icon name="warning" size={14} />}
      <p>{children}</p>
    </div>
  );
}

/** Its state, and what has to be said of the run whatever that is. */
export function StateBar({ row, problem }: StateBarProps) {
  return (
    <>
      <StateLine row={row} problem={problem} />
      {row?.trusted === false && row.state !== 'unreadable' && (
        <Bar tone="warn">
          This run comes from elsewhere and is open for reading only. Trust it if you know who made it: its search can
          then go on here, with the model that it names.
        </Bar>
      )}
      {row?.notes.map((note) => (
        <Bar key={note} tone="quiet">
          {note}
        </Bar>
      ))}
    </>
  );
}

function StateLine({ row, problem }: StateBarProps) {
  const loading = useOpenRun(({ activity }) => activity.loading);
  switch (row?.state) {
    case 'starting':
      return (
        <Bar tone="quiet">
          {loading === null
            ? 'Model, dataset and trainers are being made ready.'
            : `Loading the ${loading.part} ${loading.name}, ${percent(loading.share)}.`}
        </Bar>
      );
    case 'failed':
    case 'unreadable':
      return <Bar tone="bad">{row.problem?.message ?? 'The run failed; its log may say why.'}</Bar>;
    case 'paused':
      return (
        <Bar tone="quiet">Paused: model and trainers stay ready, and Resume goes on at once. Stop frees them.</Bar>
      );
    case 'stopping':
      return <Bar tone="quiet">Stopping: what is finished is saved.</Bar>;
    case 'interrupted':
      return <Bar tone="quiet">Stopped before its end. Everything recorded is kept; Resume goes on from there.</Bar>;
    case 'elsewhere':
      return <Bar tone="quiet">Another process works on this run: it can be watched here, and is steered there.</Bar>;
    default:
      return problem === null ? null : <Bar tone="bad">{problem}</Bar>;
  }
}
