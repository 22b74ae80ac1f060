/** What happened: the generations, the sessions of the processes that worked on the run, and what it told just now. */
import './log-tab.css';
import { useMemo } from 'react';
import type { HistoryEntry } from '../../../core/contract/runs.ts';
import { select } from '../../state/address-bar.ts';
import { useOpenRun } from '../../state/open-run.ts';
import { moment, timeOfDay } from '../../words/moments.ts';
import { duration, fitness, orDash, percent, significant, whole } from '../../words/numbers.ts';
import { linesOf } from './log-lines.ts';

function Generation({ entry }: { readonly entry: HistoryEntry }) {
  return (
    <tr>
      <th scope="row">{entry.generation < 0 ? 'initial' : entry.generation + 1}</th>
      <td>{orDash(entry.bestOfGeneration, (value) => fitness(value))}</td>
      <td>{orDash(entry.best, (best) => fitness(best.fitness))}</td>
      <td>
        {entry.best !== null && (
          <button type="button" className="log-link mono" onClick={() => select(entry.best?.network ?? null)}>
            {entry.best.network}
          </button>
        )}
      </td>
      <td>{significant(entry.qdScore)}</td>
      <td>
        {whole(entry.filled)} <span className="muted">{percent(entry.coverage)}</span>
      </td>
      <td>{whole(entry.promptsFilled)}</td>
      <td>{whole(entry.generated)}</td>
      <td>{whole(entry.trainable)}</td>
      <td>{whole(entry.distinct)}</td>
      <td>{whole(entry.trained)}</td>
      <td>{whole(entry.setAside)}</td>
    </tr>
  );
}

const headings = [
  'Generation',
  'Best of it',
  'Best so far',
  'Network',
  'QD score',
  'Niches',
  'Prompt niches',
  'Written',
  'Trainable',
  'Distinct',
  'Trainings',
  'Set aside',
];

export function LogTab() {
  const { detail, log, activity } = useOpenRun();
  const lines = useMemo(() => linesOf(log), [log]);
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
        <div className="log-scroll">
          <table className="log-table">
            <thead>
              <tr>
                {headings.map((heading) => (
                  <th key={heading} scope="col">
                    {heading}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[...(detail?.history ?? [])].reverse().map((entry) => (
                <Generation key={entry.generation} entry={entry} />
              ))}
            </tbody>
          </table>
        </div>
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
            {detail?.sessions.map(({ started, ended, outcome, seconds }) => (
              <tr key={started}>
                <th scope="row">{moment(started)}</th>
                <td>{ended === null ? '–' : moment(ended)}</td>
                <td>{outcome ?? (ended === null ? 'not ended' : '–')}</td>
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
          <ol className="log-list log-events">
            {lines.map(({ number, at, text, candidate, isBad }) => (
              <li key={number}>
                <time className="muted">{timeOfDay(at)}</time>
                {candidate === null ? (
                  <span />
                ) : (
                  <button type="button" className="log-link mono" onClick={() => select(candidate)}>
                    {candidate}
                  </button>
                )}
                <span className={isBad ? 'warn' : undefined}>{text}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}
