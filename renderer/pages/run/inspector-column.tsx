/** The column of the inspector: the selected candidate, beside the view and never over it. */
import './inspector-column.css';
import { Button } from '../../controls/button.tsx';
import { select } from '../../state/address-bar.ts';
import { useCandidate } from '../../state/selected-candidate.ts';

export function InspectorColumn({ run, selection }: { readonly run: string; readonly selection: string }) {
  const { detail, problem } = useCandidate(run, selection);
  return (
    <aside className="inspector-column" aria-label={`Candidate ${selection}`}>
      <header className="inspector-head">
        <h2 className="mono">{selection}</h2>
        <Button kind="quiet" icon="close" tip="Close (Esc)" onPress={() => select(null)} />
      </header>
      {problem !== null && (
        <p className="bad" role="alert">
          {problem}
        </p>
      )}
      {detail !== null && <pre>{detail.source ?? detail.text ?? ''}</pre>}
    </aside>
  );
}
