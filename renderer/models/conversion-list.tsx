/** Conversions under way and ended: progress, cancel, and the finished file for a search. */
import './conversion-list.css';
import { type ConversionRow, hasEnded } from '../../core/contract/models.ts';
import { Button } from '../controls/button.tsx';
import { ProgressBar } from '../controls/progress-bar.tsx';
import { cancelConversion, forgetConversion, useConversions } from '../state/conversions.ts';
import { bytes, duration, percent } from '../words/numbers.ts';

/** The last name of a path. */
function lastName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

function stateWords({ state, written, bytes: all, tensor, seconds, problem, file }: ConversionRow): string {
  const share = written / all;
  switch (state) {
    case 'converting': {
      const left = share > 0.02 ? ` · ${duration((seconds / share) * (1 - share))} left` : '';
      return `${percent(share)} of ${bytes(all)}${left}${tensor === null ? '' : ` · ${tensor}`}`;
    }
    case 'checking':
      return 'All is written; it is read back and compared.';
    case 'finished':
      return `${bytes(all)} in ${duration(seconds)} · ${file}`;
    case 'cancelled':
      return 'Cancelled; nothing was left behind.';
    case 'failed':
      return problem?.message ?? 'It failed.';
  }
}

interface ConversionListProps {
  /** What the button of a finished one says. */
  readonly useWord: string;
  readonly onUse: (file: string) => void;
}

export function ConversionList({ useWord, onUse }: ConversionListProps) {
  const { rows } = useConversions();
  if (rows.length === 0) return null;
  return (
    <ul className="conversions" aria-label="Conversions">
      {rows.map((row) => (
        <li key={row.id} className="panel conversion">
          <div>
            <h3>
              {lastName(row.folder)} to {row.type}
            </h3>
            {!hasEnded(row) && (
              <ProgressBar share={row.written / row.bytes} label={`Converting ${lastName(row.file)}`} />
            )}
            <p className={row.state === 'failed' ? 'bad' : 'muted'} role={row.state === 'failed' ? 'alert' : 'status'}>
              {stateWords(row)}
            </p>
          </div>
          {hasEnded(row) ? (
            <>
              {row.state === 'finished' && <Button onPress={() => onUse(row.file)}>{useWord}</Button>}
              <Button
                kind="quiet"
                icon="close"
                tip="Take off this list"
                onPress={() => void forgetConversion(row.id)}
              />
            </>
          ) : (
            <Button icon="stop" onPress={() => void cancelConversion(row.id)}>
              Cancel
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
