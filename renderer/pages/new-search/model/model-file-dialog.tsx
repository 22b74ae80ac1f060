/** Asks for a model's file; a checkpoint that is given instead is offered for conversion. */
import { useState } from 'react';
import { Button } from '../../../controls/button.tsx';
import { PathField } from '../../../controls/path-field.tsx';
import { Dialog } from '../../../frame/dialog.tsx';
import { memoryWords } from '../../../models/memory-facts.tsx';
import { useCheckpoint } from '../../../models/use-checkpoint.ts';
import { useAnswer, useDelayed } from '../../../state/answer.ts';

interface ModelFileDialogProps {
  readonly path: string;
  readonly onClose: () => void;
  readonly onTake: (file: string) => void;
  readonly onConvert: (path: string) => void;
}

export function ModelFileDialog({ path: given, onClose, onTake, onConvert }: ModelFileDialogProps) {
  const [path, setPath] = useState(given);
  const asked = useDelayed(path.trim());
  const answer = useAnswer('models.inspect', asked === '' ? null : { file: asked });
  const failed = asked !== '' && answer.kind === 'failed';
  const checkpoint = useCheckpoint(failed ? asked : '');
  const isCheckpoint = checkpoint.kind === 'ready';
  const found = answer.kind === 'ready' ? answer.result : null;
  const problem = found?.problems[0]?.message ?? null;
  const settled = asked === path.trim();
  return (
    <Dialog
      title="Another model"
      lead="A GGUF file anywhere on the machine that runs LLMatic; it is used in place, not copied."
      onClose={onClose}
    >
      {(close) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onTake(asked);
            close();
          }}
        >
          <label className="dialog-label" htmlFor="model-path">
            Path of the .gguf file, or of a CodeGen checkpoint
          </label>
          <PathField
            id="model-path"
            value={path}
            invalid={(failed && !isCheckpoint && checkpoint.kind !== 'loading') || problem !== null}
            describedBy="model-path-note"
            chooses="file"
            onChange={setPath}
          />
          <p id="model-path-note" role="alert">
            {asked !== '' && answer.kind === 'loading' && <span className="muted">Reading the file…</span>}
            {failed && checkpoint.kind === 'failed' && <span className="bad">{answer.message}</span>}
            {isCheckpoint && `This is the CodeGen checkpoint ${checkpoint.result.name}. It can be converted.`}
            {problem !== null && <span className="bad">{problem}</span>}
            {found?.memory != null && (
              <span className="muted">
                {found.title ?? found.architecture}. Memory: {memoryWords(found.memory)}.
              </span>
            )}
          </p>
          <footer>
            <Button onPress={close}>Cancel</Button>
            {isCheckpoint ? (
              <Button kind="primary" onPress={() => onConvert(checkpoint.result.folder)}>
                Convert it…
              </Button>
            ) : (
              <Button kind="primary" submit disabled={!settled || found === null || problem !== null}>
                Use this model
              </Button>
            )}
          </footer>
        </form>
      )}
    </Dialog>
  );
}
