/** One model: what its file holds, and the memory it takes here for a context that can be tried. */
import { useState } from 'react';
import type { ModelInspection } from '../../../core/contract/models.ts';
import type { ModelRow } from '../../../core/contract/settings.ts';
import { Button } from '../../controls/button.tsx';
import { CopyButton } from '../../controls/copy-button.tsx';
import { MemoryFacts } from '../../models/memory-facts.tsx';
import { useAnswer, useDelayed } from '../../state/answer.ts';
import { bytes, orDash, si, whole } from '../../words/numbers.ts';

function facts(model: ModelInspection): readonly (readonly [string, string])[] {
  const { layers, width, heads, prompts, chat, tensors } = model;
  return [
    ['Architecture', `${model.architecture}, ${layers} layers of width ${whole(width)}, ${orDash(heads, whole)} heads`],
    ['Parameters', si(model.parameters)],
    ['Numbers', tensors.map(({ type, count }) => `${type} in ${whole(count)}`).join(', ')],
    ['Trained context', `${whole(model.contextLength)} tokens`],
    ['Vocabulary', `${whole(model.vocabulary)} tokens (${model.tokenizer})`],
    ['Chat template', chat ? 'yes' : 'no'],
    ['Prompts', `${prompts.form === 'chat' ? 'as a chat' : 'as a text to continue'}: ${prompts.why}`],
    ['Size', bytes(model.bytes)],
  ];
}

interface ModelDetailProps {
  readonly model: ModelRow;
  readonly onUse: () => void;
}

export function ModelDetail({ model, onUse }: ModelDetailProps) {
  const [context, setContext] = useState('');
  const wanted = useDelayed(/^\d+$/.test(context.trim()) ? Math.max(1, Number(context)) : null);
  const answer = useAnswer('models.inspect', { file: model.file, contextLength: wanted });
  const [last, setLast] = useState<ModelInspection | null>(null);
  if (answer.kind === 'ready' && answer.result !== last) setLast(answer.result);
  const shown = answer.kind === 'ready' ? answer.result : last;
  return (
    <aside className="panel model-detail" aria-label={model.name}>
      <header>
        <h2>{model.name}</h2>
        <Button kind="primary" disabled={model.problem !== null} onPress={onUse}>
          Search with it
        </Button>
      </header>
      {answer.kind === 'failed' && (
        <p className="bad" role="alert">
          {answer.message}
        </p>
      )}
      {shown === null && answer.kind === 'loading' && <p className="muted">Reading the file…</p>}
      {shown !== null && (
        <>
          <dl className="model-facts">
            {facts(shown).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
            <div>
              <dt>File</dt>
              <dd className="mono">
                {shown.file} <CopyButton text={shown.file}>Copy</CopyButton>
              </dd>
            </div>
          </dl>
          {shown.problems.map(({ message }) => (
            <p key={message} className="bad" role="alert">
              {message}
            </p>
          ))}
          {shown.memory !== null && (
            <MemoryFacts heading="Memory, on the CPU as a search runs it" plan={shown.memory} />
          )}
          {shown.gpu !== null && <MemoryFacts heading="Memory, with the layers that fit on the GPU" plan={shown.gpu} />}
          <label className="model-context" htmlFor="model-context">
            Context to estimate
            <input
              id="model-context"
              type="text"
              inputMode="numeric"
              className="field"
              value={context}
              placeholder="chosen by memory"
              onChange={({ target }) => setContext(target.value)}
            />
            <span className="muted">tokens</span>
          </label>
        </>
      )}
    </aside>
  );
}
