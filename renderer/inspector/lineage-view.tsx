/**
 * LineageView: how a network came to be, from the initial network through its first parents, and what came of it.
 * Props: `detail`, `fitnessMeasure`, `onSelect`.
 */
import type { CandidateDetail } from '../../core/contract/candidates.ts';
import { type FitnessMeasure, plainFigure } from '../charts/figures.ts';
import { fitness as fitnessText, percent } from '../words/numbers.ts';

export interface LineageViewProps {
  readonly detail: CandidateDetail;
  readonly fitnessMeasure: FitnessMeasure;
  onSelect(id: string): void;
}

type Step = CandidateDetail['lineage'][number];

function changeOf(
  step: Step,
  before: Step | undefined,
  measure: FitnessMeasure,
): { text: string; tone: string } | null {
  if (before === undefined || step.fitness === null || before.fitness === null) return null;
  const change = step.fitness - before.fitness;
  const size = measure === 'accuracy' ? `${Math.abs(change * 100).toFixed(1)} points` : plainFigure(Math.abs(change));
  if (change === 0) return { text: 'unchanged', tone: 'is-same' };
  return change > 0 ? { text: `+${size}`, tone: 'is-up' } : { text: `\u2212${size}`, tone: 'is-down' };
}

function originOf({ operator, prompt, temperature, parents }: Step): string {
  if (operator === 'initial') return 'initial network';
  const how =
    operator === 'crossover' ? `crossover with ${parents.slice(1).join(', ') || 'itself'}` : (prompt ?? operator);
  return temperature === null ? how : `${how}, temperature ${plainFigure(temperature)}`;
}

export function LineageView({ detail, fitnessMeasure, onSelect }: LineageViewProps) {
  const { lineage, children, row } = detail;
  const others = row.parents.slice(1);
  return (
    <div className="lineage">
      <ol aria-label="Lineage, oldest first">
        {lineage.map((step, index) => {
          const isItself = step.network === row.id;
          const change = changeOf(step, lineage[index - 1], fitnessMeasure);
          return (
            <li key={step.network} className={isItself ? 'is-itself' : undefined}>
              <button
                type="button"
                aria-current={isItself ? 'true' : undefined}
                onClick={() => onSelect(step.network)}
                disabled={isItself}
              >
                <span className="lineage-head">
                  <code>{step.network}</code>
                  <span className="lineage-fitness">
                    {step.fitness === null ? 'no fitness' : fitnessText(step.fitness, fitnessMeasure)}
                  </span>
                  {change !== null && <span className={`lineage-change ${change.tone}`}>{change.text}</span>}
                </span>
                <span className="lineage-origin">{originOf(step)}</span>
                <span className="lineage-origin">
                  {step.generation < 0 ? 'before generation 1' : `generation ${step.generation + 1}`}
                  {step.testAccuracy !== null && `, test accuracy ${percent(step.testAccuracy)}`}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
      {others.length > 0 && <Others title="Other parents" ids={others} onSelect={onSelect} />}
      <Others title={`Children (${children.length})`} ids={children} onSelect={onSelect} />
    </div>
  );
}

function Others({ title, ids, onSelect }: { title: string; ids: readonly string[]; onSelect(id: string): void }) {
  return (
    <section>
      <h3>{title}</h3>
      {ids.length === 0 ? (
        <p className="inspector-note">None yet.</p>
      ) : (
        <ul className="lineage-others">
          {ids.map((id) => (
            <li key={id}>
              <button type="button" className="id-button" onClick={() => onSelect(id)}>
                {id}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
