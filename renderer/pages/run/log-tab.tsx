/** What happened: the generations, the sessions of the processes that worked on the run, and what it told just now. */
import './log-tab.css';
import { useMemo } from 'react';
import type { HistoryEntry, RunRow } from '../../../core/contract/runs.ts';
import { type Column, VirtualTable } from '../../controls/virtual-table.tsx';
import { select } from '../../state/address-bar.ts';
import { useOpenRun } from '../../state/open-run.ts';
import { moment, timeOfDay } from '../../words/moments.ts';
import { duration, fitness, orDash, percent, significant, whole } from '../../words/numbers.ts';
import { type LogLine, linesOf } from './log-lines.ts';

function Named({ id }: { readonly id: string }) {
  return (
    <button type="button" className="log-link mono" onClick={() => select(id)}>
      {id}
    </button>
  );
}

const generationKey = ({ generation }: HistoryEntry): string => String(generation);
const lineKey = ({ number }: LogLine): string => String(number);

const generationColumns: readonly Column<HistoryEntry, string>[] = [
  {
    id: 'generation',
    title: 'Generation',
    width: 100,
    cell: ({ generation }) => (generation < 0 ? 'initial' : generation + 1),
  },
  {
    id: 'own',
    title: 'Best of it',
    width: 92,
    align: 'end',
    cell: ({ bestOfGeneration }) => orDash(bestOfGeneration, (value) => fitness(value)),
  },
  {
    id: 'best',
    title: 'Best so far',
    width: 92,
    align: 'end',
    cell: ({ best }) => orDash(best, (one) => fitness(one.fitness)),
  },
  {
    id: 'network',
    title: 'Network',
    width: 110,
    align: 'end',
    cell: ({ best }) => best !== null && <Named id={best.network} />,
  },
  { id: 'qd', title: 'QD score', width: 92, align: 'end', cell: ({ qdScore }) => significant(qdScore) },
  {
    id: 'niches',
    title: 'Niches',
    width: 120,
    align: 'end',
    cell: ({ filled, coverage }) => (
      <>
        {whole(filled)} <span className="muted">· {percent(coverage)}</span>
      </>
    ),
  },
  { id: 'prompts', title: 'Prompt niches', width: 92, align: 'end', cell: ({ promptsFilled }) => whole(promptsFilled) },
  { id: 'written', title: 'Written', width: 92, align: 'end', cell: ({ generated }) => whole(generated) },
  { id: 'trainable', title: 'Trainable', width: 92, align: 'end', cell: ({ trainable }) => whole(trainable) },
  { id: 'distinct', title: 'Distinct', width: 92, align: 'end', cell: ({ distinct }) => whole(distinct) },
  { id: 'trainings', title: 'Trainings', width: 92, align: 'end', cell: ({ trained }) => whole(trained) },
  { id: 'setAside', title: 'Set aside', width: 92, align: 'end', cell: ({ setAside }) => whole(setAside) },
];

const eventColumns: readonly Column<LogLine, string>[] = [
  { id: 'time', title: 'Time', width: 92, cell: ({ at }) => <time className="muted">{timeOfDay(at)}</time> },
  {
    id: 'candidate',
    title: 'Candidate',
    width: 100,
    cell: ({ candidate }) => candidate !== null && <Named id={candidate} />,
  },
  {
    id: 'text',
    title: 'What happened',
    cell: ({ text, isBad }) => (
      <span className={isBad ? 'warn' : undefined} title={text}>
        {text}
      </span>
    ),
  },
];

/** States in which a process works on the run. */
const working: ReadonlySet<string> = new Set<RunRow['state']>([
  'starting',
  'running',
  'paused',
  'stopping',
  'elsewhere',
]);

export function LogTab() {
  const { detail, log, activity } = useOpenRun();
  const lines = useMemo(() => linesOf(log), [log]);
  const isWorking = detail !== null && working.has(detail.row.state);
  const history = useMemo(() => (detail?.history ?? []).toReversed(), [detail]);
  return (
    <div className="log">
      {activity.warnings.length > 0 && (
        <section className="panel" aria-labelledby="log-warnings">
          <h2 className="panel-title" id="log-warnings">
            Warnings
          </h2>
          <ul className="log-list">
            {activity.warnings.map((warning, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: warnings are only ever appended, and may repeat
              <li key={index} className="warn">
                {warning}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="panel" aria-labelledby="log-generations">
        <h2 className="panel-title" id="log-generations">
          Generations
        </h2>
        <VirtualTable label="Generations" columns={generationColumns} rows={history} keyOf={generationKey} />
      </section>
      <section className="panel" aria-labelledby="log-sessions">
        <h2 className="panel-title" id="log-sessions">
          Sessions
        </h2>
        <table className="log-table">
          <thead>
            <tr>
              <th scope="col">Began</th>
              <th scope="col">Ended</th>
              <th scope="col">How</th>
              <th scope="col">Took</th>
              <th scope="col">Writing</th>
              <th scope="col">Training, all workers</th>
            </tr>
          </thead>
          <tbody>
            {detail?.sessions.map(({ started, ended, outcome, seconds }, index, all) => (
              <tr key={started}>
                <th scope="row">{moment(started)}</th>
                <td>{ended === null ? '–' : moment(ended)}</td>
                <td>
                  {outcome ?? (ended !== null ? '–' : isWorking && index === all.length - 1 ? 'under way' : 'cut off')}
                </td>
                <td>{orDash(seconds.total, duration)}</td>
                <td>{orDash(seconds.generate, duration)}</td>
                <td>{orDash(seconds.train, duration)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section className="panel" aria-labelledby="log-events">
        <header className="panel-title">
          <h2 id="log-events">Events since this page was opened</h2>
          <span className="muted">{whole(log.length)}</span>
        </header>
        {lines.length === 0 ? (
          <p className="log-none">None yet.</p>
        ) : (
          <VirtualTable label="Events" columns={eventColumns} rows={lines} keyOf={lineKey} />
        )}
      </section>
    </div>
  );
}
