/**
 * Inspector: everything about one candidate: what it is, its code, what changed, its text, its training, its lineage.
 * Props: {@link InspectorProps}; `state` is what was asked for, as far as it is there.
 */
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import type { CandidateDetail } from '../../core/contract/candidates.ts';
import type { FitnessMeasure } from '../charts/figures.ts';
import { TrainingCurve } from '../charts/training-curve.tsx';
import { Button } from '../controls/button.tsx';
import { fitness as fitnessText, percent, si } from '../words/numbers.ts';
import { CodeTab, type ShownCode } from './code-tab.tsx';
import { DiffTab, type ShownDiff } from './diff-tab.tsx';
import { LineageView } from './lineage-view.tsx';
import { RepairView } from './repair-view.tsx';
import { TextView } from './text-view.tsx';
import { verdictOf } from './verdict.ts';
import './inspector.css';

const inspectorTabs = ['code', 'diff', 'repair', 'text', 'curve', 'lineage'] as const;
export type InspectorTab = (typeof inspectorTabs)[number];

const tabNames: Readonly<Record<InspectorTab, string>> = {
  code: 'Code',
  diff: 'Diff',
  repair: 'Repair',
  text: 'Text',
  curve: 'Curve',
  lineage: 'Lineage',
};

export type InspectorState =
  | { readonly kind: 'loading'; readonly id: string }
  | { readonly kind: 'failed'; readonly id: string; readonly message: string }
  | { readonly kind: 'ready'; readonly detail: CandidateDetail };

export interface InspectorProps {
  readonly state: InspectorState;
  /** Setting fitness.measure of the run. */
  readonly fitnessMeasure?: FitnessMeasure;
  onSelect(id: string): void;
  /** Without it there is no Export button. */
  readonly onExport?: (network: string) => void;
  /** What the export says: that it works, where it wrote, why it failed. */
  readonly exportNote?: ReactNode;
  readonly isExporting?: boolean;
  readonly onClose?: () => void;
  readonly onRetry?: () => void;
  /** Chosen from outside, to stand in an address; without it the inspector remembers its tab itself. */
  readonly tab?: InspectorTab;
  readonly onTab?: (tab: InspectorTab) => void;
  /** What is worked out when it is looked at: clean source of a network, the structure of two compared. */
  readonly cleanSource: (network: string) => ReactNode;
  readonly structure: (before: string, after: string) => ReactNode;
}

function Head({ id, children, onClose }: { id: string; children?: ReactNode; onClose: (() => void) | undefined }) {
  return (
    <header className="inspector-head">
      <h2>
        <code>{id}</code>
      </h2>
      {children}
      {onClose !== undefined && (
        <span className="inspector-close">
          <Button kind="quiet" icon="close" tip="Close (Esc)" onPress={onClose} />
        </span>
      )}
    </header>
  );
}

interface FactsProps {
  readonly detail: CandidateDetail;
  readonly measure: FitnessMeasure;
}

function Facts({ detail, measure }: FactsProps) {
  const { row } = detail;
  const fitness = row.fitness ?? row.fitnessToBe;
  const { measures, accuracy } = row;
  const facts: [label: string, value: string, title?: string | undefined][] = [
    [row.fitnessToBe !== null ? 'fitness to be' : 'fitness', fitness === null ? '–' : fitnessText(fitness, measure)],
    ['test accuracy', accuracy === null || accuracy.test === null ? '–' : percent(accuracy.test)],
    ['parameters', measures === null ? '–' : si(measures.params), measures?.params.toLocaleString('en')],
    ['FLOPs', measures === null ? '–' : si(measures.flops), measures?.flops.toLocaleString('en')],
    ['width', measures === null ? '–' : String(measures.width)],
    ['depth', measures === null ? '–' : String(measures.depth)],
    ['niche', row.niche === null ? '–' : String(row.niche)],
    ['generation', row.generation < 0 ? 'initial' : String(row.generation + 1)],
  ];
  return (
    <dl className="facts">
      {facts.map(([label, value, title]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd title={title}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Inspector(props: InspectorProps) {
  const { state, fitnessMeasure = 'accuracy', onSelect, onExport, exportNote, isExporting = false } = props;
  const { onClose, onRetry, cleanSource, structure } = props;
  const [ownTab, setOwnTab] = useState<InspectorTab>('code');
  const [code, setCode] = useState<ShownCode>('read');
  const [diff, setDiff] = useState<ShownDiff>('text');
  const name = useId();
  const chosen = props.tab ?? ownTab;
  const choose = (next: InspectorTab): void => {
    setOwnTab(next);
    props.onTab?.(next);
  };

  if (state.kind !== 'ready') {
    return (
      <section className="inspector" aria-label={`Candidate ${state.id}`} aria-busy={state.kind === 'loading'}>
        <Head id={state.id} onClose={onClose} />
        {state.kind === 'loading' ? (
          <p className="inspector-empty" role="status">
            Reading…
          </p>
        ) : (
          <div className="inspector-problem" role="alert">
            <p>{state.message}</p>
            {onRetry !== undefined && <Button onPress={onRetry}>Try again</Button>}
          </div>
        )}
      </section>
    );
  }

  const { detail } = state;
  const { row, repaired } = detail;
  const verdict = verdictOf(detail);
  const tabs = inspectorTabs.filter((each) => each !== 'repair' || repaired !== null);
  const tab = tabs.includes(chosen) ? chosen : 'code';
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const count = tabs.length;
    const next = tabs[(tabs.indexOf(tab) + step + count) % count];
    if (next === undefined) return;
    choose(next);
    document.getElementById(`${name}-${next}`)?.focus();
  };
  return (
    <section className="inspector" aria-label={`Candidate ${row.id}`}>
      <Head id={row.id} onClose={onClose}>
        <span className={`verdict is-${verdict.tone}`}>{verdict.word}</span>
      </Head>
      <p className="inspector-sentence">{verdict.sentence}</p>
      <Facts detail={detail} measure={fitnessMeasure} />
      <div className="tabs" role="tablist" aria-label="About the candidate">
        {tabs.map((each) => (
          <button
            key={each}
            id={`${name}-${each}`}
            type="button"
            role="tab"
            aria-selected={tab === each}
            aria-controls={`${name}-panel`}
            tabIndex={tab === each ? 0 : -1}
            onKeyDown={move}
            onClick={() => choose(each)}
          >
            {tabNames[each]}
          </button>
        ))}
      </div>
      <div
        id={`${name}-panel`}
        className="inspector-panel"
        role="tabpanel"
        aria-labelledby={`${name}-${tab}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {tab === 'code' && (
          <CodeTab detail={detail} onSelect={onSelect} cleanSource={cleanSource} shown={code} onShow={setCode} />
        )}
        {tab === 'diff' && <DiffTab detail={detail} structure={structure} shown={diff} onShow={setDiff} />}
        {tab === 'repair' && repaired !== null && <RepairView id={row.id} repaired={repaired} />}
        {tab === 'text' && <TextView detail={detail} />}
        {tab === 'curve' && <TrainingCurve detail={detail} />}
        {tab === 'lineage' && <LineageView detail={detail} fitnessMeasure={fitnessMeasure} onSelect={onSelect} />}
      </div>
      {onExport !== undefined && (
        <footer className="inspector-foot">
          {exportNote !== undefined && (
            <span className="inspector-note" role="status">
              {exportNote}
            </span>
          )}
          <Button
            disabled={row.outcome !== 'trained'}
            busy={isExporting}
            tip={
              row.outcome === 'trained' ? 'PyTorch, safetensors and ONNX' : 'Only a trained network can be exported.'
            }
            onPress={() => onExport(row.id)}
          >
            Export
          </Button>
        </footer>
      )}
    </section>
  );
}
