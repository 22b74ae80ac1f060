/** What became of the offspring: the trainable share, and the others by reason, as one bar with its words. */
import './outcome-panel.css';
import { useEffect } from 'react';
import type { RunDetail } from '../../../core/contract/runs.ts';
import { readDetailSoon, useOpenRun } from '../../state/open-run.ts';
import { useRepairs } from '../../state/run-settings.ts';
import { wilson } from '../../words/interval.ts';
import { percent, whole } from '../../words/numbers.ts';

/** More kinds of reasons are put together. */
const shownReasons = 5;

/** Why offspring are not trainable, the most frequent first: the kind of the refusal, diverged or set aside. */
function reasonsOf({ refused, diverged, setAside }: RunDetail['counts']) {
  return Object.entries({ ...refused, diverged, 'set aside': setAside })
    .map(([reason, count]) => ({ reason, count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason));
}

export function OutcomePanel({ run }: { readonly run: string }) {
  const { candidates, detail } = useOpenRun();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what became of a candidate changes the counts
  useEffect(() => readDetailSoon(run), [run, candidates]);
  const repairs = useRepairs();
  if (detail === null) return <p className="muted outcome-head">Reading the run…</p>;
  const { trainable, generated, readable, repairable, added } = detail.counts;
  const reasons = reasonsOf(detail.counts);
  const known = reasons.reduce((sum, { count }) => sum + count, trainable);
  const shown = reasons.slice(0, shownReasons);
  const others = reasons.slice(shownReasons).reduce((sum, { count }) => sum + count, 0);
  const parts = others === 0 ? shown : [...shown, { reason: 'other', count: others }];
  const { low, high } = wilson(trainable, known);
  return (
    <section className="panel outcome" aria-label="What became of the offspring">
      <p className="outcome-head">
        {known === 0 ? (
          <span className="muted">No offspring yet.</span>
        ) : (
          <>
            <strong>{percent(trainable / known)}</strong> trainable
            <span className="muted">
              {` (95 % interval ${percent(low)} to ${percent(high)}) · ${whole(trainable)} of ${whole(known)} offspring · ${whole(added)} became elites`}
            </span>
          </>
        )}
      </p>
      {generated > 0 && (
        <p className="muted">
          {`Accepted as written ${percent(readable / generated)}, with repair ${percent((readable + repairable) / generated)}`}
          {repairable > 0 && ` · ${whole(repairable)} ${repairs ? 'repaired' : 'not repaired: the setting is off'}`}
        </p>
      )}
      {known > 0 && (
        <>
          <div className="outcome-bar" aria-hidden="true">
            <span className="outcome-part outcome-trainable" style={{ flexGrow: trainable }} />
            {parts.map(({ reason, count }, index) => (
              <span key={reason} className={`outcome-part outcome-reason-${index}`} style={{ flexGrow: count }} />
            ))}
          </div>
          <ul className="outcome-words">
            <li>
              <span className="outcome-key outcome-trainable" />
              trainable <span className="muted">{whole(trainable)}</span>
            </li>
            {parts.map(({ reason, count }, index) => (
              <li key={reason}>
                <span className={`outcome-key outcome-reason-${index}`} />
                {reason} <span className="muted">{whole(count)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
