/** Asks for a person's own prompt set: checked as its path is typed, with the prompt and the field that are wrong. */
import { useState } from 'react';
import type { PromptSetRow } from '../../../../core/contract/prompts.ts';
import { failureOf } from '../../../../core/failure.ts';
import { client } from '../../../client.ts';
import { Button } from '../../../controls/button.tsx';
import { PathField } from '../../../controls/path-field.tsx';
import { Dialog } from '../../../frame/dialog.tsx';
import { useAnswer, useDelayed } from '../../../state/answer.ts';
import { counted } from '../../../words/numbers.ts';

interface ImportPromptsDialogProps {
  readonly onClose: () => void;
  readonly onImported: (set: PromptSetRow) => void;
}

export function ImportPromptsDialog({ onClose, onImported }: ImportPromptsDialogProps) {
  const [path, setPath] = useState('');
  const [name, setName] = useState('');
  const [refused, setRefused] = useState<string | null>(null);
  const asked = useDelayed(path.trim());
  const answer = useAnswer('prompts.check', asked === '' ? null : { file: asked });
  const found = answer.kind === 'ready' && asked === path.trim() ? answer.result.set : null;
  const problem = refused ?? (asked !== '' && answer.kind === 'failed' ? answer.message : null);
  const importIt = async (close: () => void): Promise<void> => {
    try {
      const own = name.trim();
      const { set } = await client.call('prompts.import', { file: asked, ...(own === '' ? {} : { name: own }) });
      onImported(set);
      close();
    } catch (error) {
      setRefused(failureOf(error).message);
    }
  };
  return (
    <Dialog
      title="Your own prompts"
      lead="A JSON file of prompts. It is copied to LLMatic's data folder; a run keeps its set whole."
      onClose={onClose}
    >
      {(close) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void importIt(close);
          }}
        >
          <label className="dialog-label" htmlFor="prompts-path">
            Path of the .json file
          </label>
          <PathField
            id="prompts-path"
            value={path}
            invalid={problem !== null}
            describedBy="prompts-note"
            chooses="file"
            onChange={(next) => {
              setRefused(null);
              setPath(next);
            }}
          />
          <label className="dialog-label" htmlFor="prompts-name">
            Name
          </label>
          <input
            id="prompts-name"
            type="text"
            className="field"
            value={name}
            placeholder={found?.name ?? 'as the file says'}
            spellCheck={false}
            autoComplete="off"
            onChange={({ target }) => {
              setRefused(null);
              setName(target.value);
            }}
          />
          <p id="prompts-note" role="alert">
            {problem !== null && <span className="bad">{problem}</span>}
            {problem === null && asked !== '' && answer.kind === 'loading' && (
              <span className="muted">Reading the file…</span>
            )}
            {problem === null && found !== null && (
              <span className="muted">
                {counted(found.prompts.length, 'prompt')} that change a {found.changes}. {found.source}
                {found.changes === 'cell' && ' A search of whole networks cannot use them.'}
              </span>
            )}
          </p>
          <footer>
            <Button onPress={close}>Cancel</Button>
            <Button kind="primary" submit disabled={found === null}>
              Import
            </Button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}
