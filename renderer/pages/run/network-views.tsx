/** Views of the inspector that the engine works out when they are looked at. */
import type { CallName } from '../../../core/contract.ts';
import { CleanSourceView } from '../../inspector/clean-source-view.tsx';
import { StructureView } from '../../inspector/structure-view.tsx';
import { type Answer, useAnswer } from '../../state/answer.ts';

/** What stands in place of an answer that is not there yet, or never comes. */
function Waiting({ answer }: { readonly answer: Exclude<Answer<CallName>, { kind: 'ready' }> }) {
  return answer.kind === 'loading' ? (
    <p className="inspector-empty" role="status">
      Reading…
    </p>
  ) : (
    <p className="inspector-problem" role="alert">
      {answer.message}
    </p>
  );
}

interface CleanSourceProps {
  readonly run: string;
  readonly candidate: string;
}

export function CleanSource({ run, candidate }: CleanSourceProps) {
  const answer = useAnswer('runs.source', { run, candidate });
  if (answer.kind !== 'ready') return <Waiting answer={answer} />;
  return <CleanSourceView id={candidate} {...answer.result} />;
}

interface StructureProps {
  readonly run: string;
  readonly before: string;
  readonly after: string;
}

export function Structure({ run, before, after }: StructureProps) {
  const answer = useAnswer('runs.difference', { run, before, after });
  if (answer.kind !== 'ready') return <Waiting answer={answer} />;
  return <StructureView key={`${before} ${after}`} difference={answer.result} />;
}
