/** TextView: the whole text given to the model, what it wrote, and what came of the prompt. Props: `detail`. */
import { useLayoutEffect, useRef } from 'react';
import type { CandidateDetail } from '../../core/contract/candidates.ts';
import { plainFigure } from '../charts/figures.ts';
import { CopyButton } from '../controls/copy-button.tsx';
import { duration } from '../words/numbers.ts';

export interface TextViewProps {
  readonly detail: CandidateDetail;
}

function answerNote({ tokens, generateSeconds, finish, text, seed }: CandidateDetail): string {
  if (text === null) return 'not written yet';
  return [
    tokens === null ? '' : `${tokens} tokens`,
    generateSeconds === null ? '' : duration(generateSeconds),
    `seed ${seed}`,
    finish === 'length' ? 'cut off at its longest' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** The instruction stands at the end of a prompt, so that its end is what is seen first. */
function PromptText({ text }: { text: string }) {
  const frame = useRef<HTMLPreElement>(null);
  useLayoutEffect(() => {
    if (frame.current !== null) frame.current.scrollTop = frame.current.scrollHeight;
  }, []);
  return (
    <pre ref={frame} className="raw-text is-prompt">
      {text}
    </pre>
  );
}

/** How the prompt was chosen, and what the prompt archive made of the result. */
function PromptFacts({ detail }: TextViewProps) {
  const { row, selection, credit, nextTemperature, promptPlacement } = detail;
  if (row.operator !== 'mutation') return null;
  const facts: (readonly [label: string, value: string])[] = [
    ['chosen', selection === 'curious' ? 'the most curious' : 'at random'],
  ];
  if (credit !== null && selection === 'curious') {
    facts.push(['curiosity given', `${credit > 0 ? '+' : ''}${plainFigure(credit)}`]);
  }
  if (nextTemperature !== null) facts.push(['next temperature', plainFigure(nextTemperature)]);
  if (promptPlacement !== null) {
    const { niche, added, why } = promptPlacement;
    facts.push(['prompt archive', `${added ? 'entered' : 'not in'} niche ${niche}, ${why}`]);
  }
  return (
    <dl className="prompt-facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function TextView({ detail }: TextViewProps) {
  const { promptText, text, row } = detail;
  return (
    <div className="texts">
      {promptText !== '' && (
        <section aria-label="Prompt">
          <div className="inspector-bar">
            <h3>Prompt</h3>
            <span className="inspector-note">
              {row.prompt ?? row.operator}
              {row.temperature !== null && `, temperature ${plainFigure(row.temperature)}`}
            </span>
            <CopyButton text={promptText}>Copy</CopyButton>
          </div>
          <PromptText key={row.id} text={promptText} />
          <PromptFacts detail={detail} />
        </section>
      )}
      <section aria-label="What the model wrote">
        <div className="inspector-bar">
          <h3>{row.operator === 'initial' ? 'Given' : 'The model wrote'}</h3>
          <span className="inspector-note">
            {row.operator === 'initial' ? 'not written by the model' : answerNote(detail)}
          </span>
          {text !== null && <CopyButton text={text}>Copy</CopyButton>}
        </div>
        {text !== null && <pre className="raw-text">{text === '' ? 'Nothing.' : text}</pre>}
      </section>
    </div>
  );
}
