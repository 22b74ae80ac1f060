/**
 * CodeTab: a candidate's code: as it was read (or written, where it was refused), or clean source of its network.
 * Props: {@link CodeTabProps}.
 */
import type { ReactNode } from 'react';
import type { CandidateDetail } from '../../core/contract/candidates.ts';
import { CopyButton } from '../controls/copy-button.tsx';
import { Segments } from '../controls/segments.tsx';
import { CodeView } from './code-view.tsx';
import { reasonSentence } from './verdict.ts';

const views = [
  ['read', 'As read'],
  ['clean', 'Clean source'],
] as const;

export type ShownCode = (typeof views)[number][0];

export interface CodeTabProps {
  readonly detail: CandidateDetail;
  onSelect(id: string): void;
  /** The view of a network's clean source. */
  cleanSource(network: string): ReactNode;
  readonly shown: ShownCode;
  onShow(shown: ShownCode): void;
}

export function CodeTab({ detail, onSelect, cleanSource, shown, onShow }: CodeTabProps) {
  const { row, source } = detail;
  if (source === null) return <CodeAsRead detail={detail} onSelect={onSelect} />;
  return (
    <>
      <div className="inspector-bar">
        <Segments label="Which source" options={views} value={shown} onChoose={onShow} />
      </div>
      {shown === 'clean' ? cleanSource(row.id) : <CodeAsRead detail={detail} onSelect={onSelect} />}
    </>
  );
}

function CodeAsRead({ detail, onSelect }: { detail: CandidateDetail; onSelect(id: string): void }) {
  const { row, source, text } = detail;
  // A refused one has no source; its text is what the reason's line counts in.
  const code = source ?? text;
  if (code === null) return <p className="inspector-empty">The model has not written it yet.</p>;
  if (code.trim() === '') return <p className="inspector-empty">The model wrote nothing.</p>;
  const line = row.reason?.line;
  const marked =
    row.reason === null || line === undefined ? null : { line, reason: reasonSentence(row.reason.message) };
  return (
    <>
      <div className="inspector-bar">
        <span className="inspector-note">
          {source === null && 'As the model wrote it'}
          {source !== null &&
            row.sameAs === null &&
            `The class that was read${row.repair === 'applied' ? ', repaired' : ''}`}
          {source !== null && row.sameAs !== null && <SameNetwork id={row.sameAs} onSelect={onSelect} />}
        </span>
        <CopyButton text={code}>Copy</CopyButton>
      </div>
      <div className="code-scroller">
        <CodeView text={code} label={`Code of ${row.id}`} marked={marked} />
      </div>
    </>
  );
}

function SameNetwork({ id, onSelect }: { id: string; onSelect(id: string): void }) {
  return (
    <>
      The same network as{' '}
      <button type="button" className="id-button" onClick={() => onSelect(id)}>
        {id}
      </button>
    </>
  );
}
