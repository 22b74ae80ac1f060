/**
 * ReasonBars: how many texts were refused, by the kind of the reason. Props: `refused` and `generated` of RunDetail's
 * counts; `onSelect` (a kind) makes the bars buttons.
 */
import { percent } from '../words/numbers.ts';
import { ChartFrame } from './chart-frame.tsx';
import './bars.css';

/** The kinds of core/python/reason.ts and of the machine, as a person says them. */
const reasonNames: Readonly<Record<string, string>> = {
  syntax: 'not valid Python',
  name: 'unknown name',
  attribute: 'unknown attribute',
  type: 'wrong type',
  value: 'wrong value',
  index: 'index out of range',
  key: 'unknown key',
  raised: 'raised an exception',
  unsupported: 'not supported yet',
  shape: 'shapes do not fit',
  gradient: 'no gradient',
  output: 'wrong output',
  class: 'no network class',
  import: 'forbidden import',
  budget: 'over the budget',
};

export function reasonName(kind: string): string {
  return reasonNames[kind] ?? kind;
}

export interface ReasonBarsProps {
  readonly refused: Readonly<Record<string, number>>;
  /** Texts that the model wrote in all. */
  readonly generated: number;
  readonly onSelect?: (kind: string) => void;
  readonly fileName?: string;
}

function shareOf(count: number, all: number): string {
  return all === 0 ? '–' : percent(count / all);
}

export function ReasonBars({ refused, generated, onSelect, fileName = 'refused' }: ReasonBarsProps) {
  const rows = Object.entries(refused)
    .map(([kind, count]) => ({ kind, count }))
    .sort((a, b) => b.count - a.count || a.kind.localeCompare(b.kind));
  const total = rows.reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(1, rows[0]?.count ?? 0);
  return (
    <ChartFrame
      title="Refused"
      note={generated === 0 ? '' : `${total} of ${generated}, ${shareOf(total, generated)}`}
      fileName={fileName}
      table={{
        columns: [
          { key: 'reason', label: 'reason', value: ({ kind }) => reasonName(kind) },
          { key: 'count', label: 'texts', value: ({ count }) => count },
          {
            key: 'share',
            label: 'share',
            align: 'right',
            value: ({ count }) => (generated === 0 ? null : count / generated),
            show: ({ count }) => shareOf(count, generated),
          },
        ],
        rows,
        rowKey: ({ kind }) => kind,
        emptyText: 'Nothing was refused.',
      }}
    >
      {rows.length === 0 ? (
        <p className="table-empty">Nothing was refused.</p>
      ) : (
        <ul className="bars">
          {rows.map(({ kind, count }) => {
            const bar = (
              <>
                <span className="bar-label">{reasonName(kind)}</span>
                <span className="bar-track">
                  <span className="bar-fill" style={{ width: `${(100 * count) / most}%` }} />
                </span>
                <span className="bar-value">{count}</span>
                <span className="bar-share">{shareOf(count, generated)}</span>
              </>
            );
            return (
              <li key={kind}>
                {onSelect === undefined ? (
                  <div className="bar">{bar}</div>
                ) : (
                  <button type="button" className="bar" onClick={() => onSelect(kind)}>
                    {bar}
                  </button>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </ChartFrame>
  );
}
