/** What goes on at this moment: which candidate the model writes, which networks are trained and how far. */
import './now-panel.css';
import { ProgressBar } from '../../controls/progress-bar.tsx';
import type { Activity } from '../../state/activity.ts';
import { select } from '../../state/address-bar.ts';
import { newestFirst } from '../../state/candidate-rows.ts';
import { useOpenRun } from '../../state/open-run.ts';
import { useRunRow } from '../../state/runs.ts';
import { percent, significant } from '../../words/numbers.ts';

function Writing({ activity, selection }: { readonly activity: Activity; readonly selection: string | null }) {
  const id = activity.unwritten[0];
  if (id === undefined) return null;
  const row = useOpenRun.getState().candidates.get(id);
  return (
    <button type="button" className="now-task" aria-pressed={id === selection} onClick={() => select(id)}>
      <span className="now-verb">Writing</span>
      <span className="mono">{id}</span>
      <span className="muted now-detail">{row?.prompt ?? row?.operator ?? ''}</span>
    </button>
  );
}

/** The candidates that wait are not shown one by one. */
const shownTrainings = 4;

export function NowPanel({ run, selection }: { readonly run: string; readonly selection: string | null }) {
  const activity = useOpenRun((state) => state.activity);
  const row = useRunRow(run);
  const candidates = useOpenRun((state) => state.candidates);
  const { trainings, phase } = activity;
  const newest = newestFirst(candidates)[0]?.generation ?? -1;
  const generation = Math.max(activity.generation ?? -1, newest);
  const own = [...candidates.values()].filter((candidate) => candidate.generation === generation);
  const done = own.filter(({ outcome }) => outcome !== 'working').length;
  if (row?.state !== 'running' && row?.state !== 'stopping') return null;
  return (
    <section className="panel now" aria-label="Now">
      <p className="now-generation">
        {generation < 0 ? (
          'Initial network'
        ) : (
          <>
            Generation {generation + 1}
            <span className="muted">
              {phase === 'initialisation' ? ' · random beginning' : ''} · {own.length} of {row.offspring} proposed,{' '}
              {done} done
            </span>
          </>
        )}
      </p>
      <Writing activity={activity} selection={selection} />
      {trainings.slice(0, shownTrainings).map(({ id, step, steps, loss }) => (
        <button key={id} type="button" className="now-task" aria-pressed={id === selection} onClick={() => select(id)}>
          <span className="now-verb">Training</span>
          <span className="mono">{id}</span>
          <span className="now-bar">
            <ProgressBar share={steps === 0 ? 0 : step / steps} label={`Training of ${id}`} />
          </span>
          <span className="now-figure">{percent(steps === 0 ? 0 : step / steps)}</span>
          <span className="muted now-detail">{loss === null ? '' : `loss ${significant(loss)}`}</span>
        </button>
      ))}
      {trainings.length > shownTrainings && <p className="muted">and {trainings.length - shownTrainings} more</p>}
    </section>
  );
}
