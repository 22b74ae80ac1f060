/**
 * CodeView: Python with line numbers; one line marked, with the reason beside it.
 * Props: `text`, `marked` (line from 1, and what is wrong there), `label`.
 */
import { Fragment, useEffect, useMemo, useRef } from 'react';
import { pythonLines, type Token } from './python-tokens.ts';

export interface CodeViewProps {
  readonly text: string;
  readonly label: string;
  readonly marked?: { readonly line: number; readonly reason: string } | null;
}

export function CodeTokens({ tokens }: { tokens: readonly Token[] }) {
  let at = 0;
  return tokens.map(({ kind, text }) => {
    const key = at;
    at += text.length;
    return kind === 'plain' ? (
      <Fragment key={key}>{text}</Fragment>
    ) : (
      <span key={key} className={`code-${kind === 'number' ? 'constant' : kind}`}>
        {text}
      </span>
    );
  });
}

export function CodeView({ text, label, marked = null }: CodeViewProps) {
  const lines = useMemo(() => pythonLines(text), [text]);
  const markedRow = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (marked !== null) markedRow.current?.scrollIntoView({ block: 'nearest' });
  }, [marked]);
  return (
    <table className="code" aria-label={label}>
      <tbody>
        {lines.map((tokens, index) => {
          const number = index + 1;
          const isMarked = marked?.line === number;
          return (
            <Fragment key={number}>
              <tr className={isMarked ? 'is-marked' : undefined} ref={isMarked ? markedRow : undefined}>
                <td className="code-number" data-number={number} />
                <td className="code-line">
                  <CodeTokens tokens={tokens} />
                  {'\n'}
                </td>
              </tr>
              {isMarked && (
                <tr className="code-reason">
                  <td className="code-reason-edge" />
                  <td>
                    <span className="code-reason-text" role="note">
                      {marked.reason}
                    </span>
                  </td>
                </tr>
              )}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}
