/**
 * CleanSourceView: the network as one short class, made from its graph. Props: `id`, `source`, `hash` (runs.source).
 */
import { CopyButton } from '../controls/copy-button.tsx';
import { CodeView } from './code-view.tsx';

export interface CleanSourceViewProps {
  readonly id: string;
  readonly source: string;
  readonly hash: string;
}

export function CleanSourceView({ id, source, hash }: CleanSourceViewProps) {
  return (
    <>
      <div className="inspector-bar">
        <span className="inspector-note" title={`Made from the graph. Hash ${hash}`}>
          Reads back to the same network
        </span>
        <CopyButton text={source}>Copy</CopyButton>
      </div>
      <div className="code-scroller">
        <CodeView text={source} label={`Clean source of ${id}`} />
      </div>
    </>
  );
}
