/** TextView: the whole text given to the model and what it wrote, as they are. Props: `detail`, `onCopy`. */
import type { CandidateDetail } from '../../core/contract/candidates.ts';
import { duration, plainFigure } from '../charts/figures.ts';
import { CopyButton } from './copy-button.tsx';

export interface TextViewProps {
  readonly detail: CandidateDetail;
  onCopy?(text: string): void;
}

function answerNote({ tokens, generateSeconds, finish, text }: CandidateDetail): string {
  if (text === null) return 'not written yet';
  return [
    tokens === null ? '' : `${tokens} tokens`,
    generateSeconds === null ? '' : duration(generateSeconds),
    finish === 'length' ? 'cut off at its longest' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

export function TextView({ detail, onCopy }: TextViewProps) {
  const { promptText, text, row, seed } = detail;
  const copied = onCopy === undefined ? {} : { onCopy };
  return (
    <div className="texts">
      {promptText !== '' && (
        <section aria-label="Prompt">
          <div className="inspector-bar">
            <h3>Prompt</h3>
            <span className="inspector-note">
              {row.prompt ?? row.operator}
              {row.temperature !== null && `, temperature ${plainFigure(row.temperature)}`}, seed {seed}
            </span>
            <CopyButton text={promptText} label="Copy the prompt" {...copied} />
          </div>
          <pre className="raw-text">{promptText}</pre>
        </section>
      )}
      <section aria-label="What the model wrote">
        <div className="inspector-bar">
          <h3>{row.operator === 'initial' ? 'Given' : 'The model wrote'}</h3>
          <span className="inspector-note">
            {row.operator === 'initial' ? 'not written by the model' : answerNote(detail)}
          </span>
          {text !== null && <CopyButton text={text} label="Copy what the model wrote" {...copied} />}
        </div>
        {text !== null && <pre className="raw-text">{text === '' ? 'Nothing.' : text}</pre>}
      </section>
    </div>
  );
}
