/** The column of the inspector: the selected candidate, beside the view and never over it. */
import './inspector-column.css';
import { Inspector, type InspectorState } from '../../inspector/inspector.tsx';
import { select } from '../../state/address-bar.ts';
import { exportNetwork, useActions } from '../../state/run-actions.ts';
import { useFitnessMeasure } from '../../state/run-settings.ts';
import { useCandidate } from '../../state/selected-candidate.ts';
import { CleanSource, Structure } from './network-views.tsx';
import { WidthHandle } from './width-handle.tsx';

interface InspectorColumnProps {
  readonly run: string;
  readonly selection: string;
  readonly width: number;
  readonly onWidth: (width: number) => void;
}

export function InspectorColumn({ run, selection, width, onWidth }: InspectorColumnProps) {
  const { detail, problem, again } = useCandidate(run, selection);
  const fitnessMeasure = useFitnessMeasure();
  const underWay = useActions(({ actions }) => actions.get(run));
  const state: InspectorState =
    detail !== null
      ? { kind: 'ready', detail }
      : problem !== null
        ? { kind: 'failed', id: selection, message: problem }
        : { kind: 'loading', id: selection };
  return (
    <aside className="inspector-column" aria-label="Inspector" style={{ width }}>
      <WidthHandle width={width} onWidth={onWidth} />
      <Inspector
        state={state}
        fitnessMeasure={fitnessMeasure}
        onSelect={select}
        onClose={() => select(null)}
        onRetry={again}
        cleanSource={(network) => <CleanSource run={run} candidate={network} />}
        structure={(before, after) => <Structure run={run} before={before} after={after} />}
        onExport={(network) => void exportNetwork(run, network)}
        isExporting={underWay !== undefined}
        {...(underWay === 'export' ? { exportNote: 'Exporting…' } : {})}
      />
    </aside>
  );
}
