/**
 * RepairView: why a text was refused as the model wrote it, what repairs changed, and the lines before and after.
 * Props: `id`, `repaired` (of the candidate's detail).
 */
import type { CandidateDetail } from '../../core/contract/candidates.ts';
import { DiffView } from './diff-view.tsx';
import { reasonSentence } from './verdict.ts';

export interface RepairViewProps {
  readonly id: string;
  readonly repaired: NonNullable<CandidateDetail['repaired']>;
}

export function RepairView({ id, repaired: { applied, reason, from, source, repairs } }: RepairViewProps) {
  const line = reason.line === undefined ? '' : `line ${reason.line}: `;
  return (
    <div className="repair">
      <p className="repair-head">
        {applied ? 'Repaired, then trained.' : 'Not repaired: the setting is off. Repair would have made it a network.'}
      </p>
      <p className="inspector-note">
        As written it was refused: {line}
        {reasonSentence(reason.message)}
      </p>
      <ol className="repair-list" aria-label="Repairs">
        {repairs.map((repair) => (
          <li key={`${repair.kind} ${repair.line} ${repair.message}`}>
            <span className="repair-kind">{repair.kind}</span> line {repair.line}: {repair.message}
          </li>
        ))}
      </ol>
      <DiffView key={id} before={from} after={source} beforeLabel="as written" afterLabel="repaired" />
    </div>
  );
}
