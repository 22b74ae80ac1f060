/** What became of the offspring: the trainable share, and the others by reason, as one bar with its words. */
import './outcome-panel.css';
import { useMemo } from 'react';
import { useOpenRun } from '../../state/open-run.ts';
import { useRepairs } from '../../state/run-settings.ts';
import { tallyOutcomes } from '../../state/tally.ts';
import { wilson } from '../../words/interval.ts';
import { percent, whole } from '../../words/numbers.ts';

/** More kinds of reasons are put together. */
const shownReasons = 5;

export function OutcomePanel() {
  const candidates = useOpenRun((state) => state.candidates);
  const complete = useOpenRun((state) => state.complete);
  const tally = useMemo(() => tallyOutcomes(candidates), [candidates]);
  const { known, read, trainable, asWritten, repairable, added, reasons } = tally;
  const repairs = useRepairs();
  const shown = reasons.slice(0, shownReasons);
  const others = reasons.slice(shownReasons).reduce((sum, { count }) => sum + count, 0);
  const parts = others === 0 ? shown : [...shown, { reason: 'other', count: others }];
  const { low, high } = wilson(trainable, known);
  return (
    <section className="panel outcome" aria-label="What became of the offspring">
      <p className="outcome-head">
        {known === 0 ? (
          <span className="muted">{complete ? 'No offspring yet.' : 'Reading the candidates…'}</span>
        ) : (
          <>
            <strong>{percent(trainable / known)}</strong> trainable
            <span className="muted">
              {` (95 % interval ${percent(low)} to ${percent(high)}) · ${whole(trainable)} of ${whole(known)} offspring · ${whole(added)} became elites`}
            </span>
          </>
        )}
      </p>
      {read > 0 && (
        <p className="muted">
          {`Accepted as written ${percent(asWritten / read)}, with repair ${percent((asWritten + repairable) / read)}`}
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
