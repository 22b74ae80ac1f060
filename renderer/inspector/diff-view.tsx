/**
 * DiffView: what changed between two sources, in one column or side by side; what is unchanged is folded away.
 * Props: `before`, `after`, `beforeLabel`, `afterLabel`.
 */
import { Fragment, useMemo, useState } from 'react';
import {
  type DiffLine,
  type DiffStretch,
  diffCounts,
  foldUnchanged,
  lineDiff,
  sideBySide,
} from '../../core/line-diff.ts';
import { CodeTokens } from './code-view.tsx';
import { pythonLines, type Token } from './python-tokens.ts';

export interface DiffViewProps {
  readonly before: string;
  readonly after: string;
  readonly beforeLabel: string;
  readonly afterLabel: string;
}

interface Coloured {
  readonly before: readonly Token[][];
  readonly after: readonly Token[][];
}

const signs: Readonly<Record<DiffLine['kind'], string>> = { same: '', removed: '\u2212', added: '+' };
const words: Readonly<Record<DiffLine['kind'], string>> = { same: '', removed: 'removed: ', added: 'added: ' };

function tokensOf(line: DiffLine, { before, after }: Coloured): readonly Token[] {
  const found = line.after === null ? before[(line.before ?? 0) - 1] : after[line.after - 1];
  return found ?? [{ kind: 'plain', text: line.text }];
}

function Line({ line, coloured }: { line: DiffLine; coloured: Coloured }) {
  return (
    <tr className={`diff-${line.kind}`}>
      <td className="code-number" data-number={line.before ?? ''} />
      <td className="code-number" data-number={line.after ?? ''} />
      <td className="diff-sign" data-sign={signs[line.kind]} />
      <td className="code-line">
        <span className="visually-hidden">{words[line.kind]}</span>
        <CodeTokens tokens={tokensOf(line, coloured)} />
        {'\n'}
      </td>
    </tr>
  );
}

function Side({ line, coloured, kind }: { line: DiffLine | null; coloured: Coloured; kind: 'before' | 'after' }) {
  const tone = line === null ? 'diff-nothing' : `diff-${line.kind}`;
  return (
    <>
      <td className={`code-number ${tone}`} data-number={line?.[kind] ?? ''} />
      <td className={`code-line ${tone}`}>
        {line !== null && <span className="visually-hidden">{words[line.kind]}</span>}
        {line !== null && <CodeTokens tokens={tokensOf(line, coloured)} />}
        {'\n'}
      </td>
    </>
  );
}

function Stretch({ stretch, coloured, isWide }: { stretch: DiffStretch; coloured: Coloured; isWide: boolean }) {
  const [isOpen, setOpen] = useState(false);
  if (stretch.folded && !isOpen) {
    return (
      <tr className="diff-fold">
        <td colSpan={4}>
          <button type="button" onClick={() => setOpen(true)}>
            {stretch.lines.length} unchanged lines
          </button>
        </td>
      </tr>
    );
  }
  if (!isWide) {
    return stretch.lines.map((line) => <Line key={`${line.before} ${line.after}`} line={line} coloured={coloured} />);
  }
  return sideBySide(stretch.lines).map((row) => (
    <tr key={`${row.before?.before} ${row.after?.after}`}>
      <Side line={row.before} coloured={coloured} kind="before" />
      <Side line={row.after} coloured={coloured} kind="after" />
    </tr>
  ));
}

export function DiffView({ before, after, beforeLabel, afterLabel }: DiffViewProps) {
  const [isWide, setWide] = useState(false);
  const lines = useMemo(() => lineDiff(before, after), [before, after]);
  const stretches = useMemo(() => foldUnchanged(lines), [lines]);
  const coloured = useMemo(
    (): Coloured => ({ before: pythonLines(before), after: pythonLines(after) }),
    [before, after],
  );
  const { added, removed } = diffCounts(lines);
  return (
    <div className="diff">
      <div className="inspector-bar">
        <span>
          {beforeLabel} → {afterLabel}
        </span>
        <span className="diff-counts">
          <span className="diff-count-added">+{added}</span> <span className="diff-count-removed">−{removed}</span>
        </span>
        <button type="button" className="quiet-button" aria-pressed={isWide} onClick={() => setWide(!isWide)}>
          Side by side
        </button>
      </div>
      {added + removed === 0 ? (
        <p className="inspector-empty">The sources are the same.</p>
      ) : (
        <div className="code-scroller">
          <table
            className={isWide ? 'code is-wide' : 'code'}
            aria-label={`Changes from ${beforeLabel} to ${afterLabel}`}
          >
            <tbody>
              {stretches.map((stretch) => (
                <Fragment key={`${stretch.lines[0]?.before} ${stretch.lines[0]?.after}`}>
                  <Stretch stretch={stretch} coloured={coloured} isWide={isWide} />
                </Fragment>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
