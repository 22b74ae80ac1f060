/** Every prompt of a set as a model gets it, for a sample parent: as a text to continue, and as the message of a chat. */
import './prompt-preview-dialog.css';
import { useState } from 'react';
import type { PromptSetRow } from '../../../../core/contract/prompts.ts';
import { Button } from '../../../controls/button.tsx';
import { Segments } from '../../../controls/segments.tsx';
import { Dialog } from '../../../frame/dialog.tsx';
import { useAnswer } from '../../../state/answer.ts';
import { counted } from '../../../words/numbers.ts';

interface PromptPreviewDialogProps {
  readonly set: string;
  readonly sets: readonly PromptSetRow[];
  readonly onClose: () => void;
}

type Form = 'completion' | 'chat';

const notes: Readonly<Record<Form, string>> = {
  completion:
    'A completion model continues this text. The initial network stands in for the parent that a search chooses.',
  chat: "A chat model is told this as the user's message; its own template goes around it.",
};

export function PromptPreviewDialog({ set: name, sets, onClose }: PromptPreviewDialogProps) {
  const [chosen, choose] = useState(name);
  // A set from a file elsewhere is not in the list.
  const isListed = sets.some((set) => set.name === chosen);
  const file = useAnswer('prompts.check', isListed ? null : { file: chosen });
  const set = isListed
    ? sets.find((each) => each.name === chosen)
    : file.kind === 'ready'
      ? file.result.set
      : undefined;
  const [id, setId] = useState<string | null>(null);
  const [form, setForm] = useState<Form>('completion');
  const prompt = set?.prompts.find((each) => each.id === id) ?? set?.prompts[0];
  const preview = useAnswer('prompts.preview', prompt === undefined ? null : { set: chosen, prompt: prompt.id });
  return (
    <Dialog title="What the model reads" lead={set?.source} onClose={onClose} wide>
      {(close) => (
        <>
          <div className="prompt-preview">
            <div className="prompt-preview-list">
              {sets.length > 1 && (
                <select
                  className="field"
                  aria-label="Prompt set"
                  value={chosen}
                  onChange={({ target }) => choose(target.value)}
                >
                  {sets.map((each) => (
                    <option key={each.name} disabled={each.problem !== null}>
                      {each.name}
                    </option>
                  ))}
                  {!isListed && <option>{chosen}</option>}
                </select>
              )}
              <ul aria-label="Prompts">
                {set?.prompts.map((each) => (
                  <li key={each.id}>
                    <button
                      type="button"
                      aria-current={each === prompt ? 'true' : undefined}
                      title={each.text}
                      onClick={() => setId(each.id)}
                    >
                      <span className="muted">{each.number ?? '·'}</span> {each.id}
                    </button>
                  </li>
                ))}
              </ul>
            </div>
            <div className="prompt-preview-text">
              <Segments<Form>
                label="Form"
                options={[
                  ['completion', 'Text to continue'],
                  ['chat', 'Message of a chat'],
                ]}
                value={form}
                onChoose={setForm}
              />
              <p className="muted">{notes[form]}</p>
              {preview.kind === 'failed' && <p className="bad">{preview.message}</p>}
              {file.kind === 'failed' && <p className="bad">{file.message}</p>}
              <section
                className="prompt-preview-body"
                // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
                tabIndex={0}
                aria-label={`Text of ${prompt?.id ?? 'the prompt'}`}
              >
                <pre>{preview.kind === 'ready' ? preview.result[form] : ''}</pre>
              </section>
              {preview.kind === 'ready' && <p className="muted">{counted(preview.result[form].length, 'character')}</p>}
            </div>
          </div>
          <footer>
            <Button onPress={close}>Close</Button>
          </footer>
        </>
      )}
    </Dialog>
  );
}
