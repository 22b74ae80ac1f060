/**
 * DiffTab: what changed from the parent: the lines of the text, or the operations of the network.
 * Props: {@link DiffTabProps}.
 */
import type { ReactNode } from 'react';
import type { CandidateDetail } from '../../core/contract/candidates.ts';
import { Segments } from '../controls/segments.tsx';
import { DiffView } from './diff-view.tsx';

const views = [
  ['text', 'Text'],
  ['structure', 'Structure'],
] as const;

export type ShownDiff = (typeof views)[number][0];

export interface DiffTabProps {
  readonly detail: CandidateDetail;
  /** The view of two networks' structures compared. */
  structure(before: string, after: string): ReactNode;
  readonly shown: ShownDiff;
  onShow(shown: ShownDiff): void;
}

export function DiffTab({ detail, structure, shown, onShow }: DiffTabProps) {
  const { row, parentSource, source, text } = detail;
  const [parent] = row.parents;
  const after = source ?? text;
  if (parent === undefined || parentSource === null) {
    return <p className="inspector-empty">It has no parent to compare it with.</p>;
  }
  if (after === null) return <p className="inspector-empty">The model has not written it yet.</p>;
  return (
    <>
      {source !== null && (
        <div className="inspector-bar">
          <Segments label="What to compare" options={views} value={shown} onChoose={onShow} />
        </div>
      )}
      {source !== null && shown === 'structure' ? (
        structure(parent, row.id)
      ) : (
        <DiffView key={row.id} before={parentSource} after={after} beforeLabel={parent} afterLabel={row.id} />
      )}
      {source === null && (
        <p className="inspector-empty">As the model wrote it: imports are added only when a text becomes a network.</p>
      )}
    </>
  );
}
