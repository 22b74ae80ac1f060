/** Asks where the model of a run lies now, when it was not found where it was; only the same file is taken. */
import { useState } from 'react';
import { failureOf } from '../../../core/failure.ts';
import { Button } from '../../controls/button.tsx';
import { PathField } from '../../controls/path-field.tsx';
import { Dialog } from '../../frame/dialog.tsx';
import { noteMovedModel, resumeWithModel, useMovedModels } from '../../state/run-actions.ts';

export function MovedModelDialog({ run }: { readonly run: string }) {
  const why = useMovedModels(({ moved }) => moved.get(run));
  return why === undefined ? null : <Asking key={run} run={run} why={why} />;
}

function Asking({ run, why }: { readonly run: string; readonly why: string }) {
  const [path, setPath] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const resume = async (): Promise<void> => {
    setBusy(true);
    try {
      await resumeWithModel(run, path.trim());
    } catch (error) {
      setRefused(failureOf(error).message);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title="Where is the model now?"
      lead={`${why} The run goes on only with the same file: its content is compared with what the run recorded.`}
      onClose={() => noteMovedModel(run, null)}
    >
      {(close) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void resume();
          }}
        >
          <label className="dialog-label" htmlFor="moved-model-path">
            Path of the .gguf file
          </label>
          <PathField
            id="moved-model-path"
            value={path}
            invalid={refused !== null}
            describedBy="moved-model-note"
            chooses="file"
            onChange={(next) => {
              setRefused(null);
              setPath(next);
            }}
          />
          <p id="moved-model-note" role="alert">
            {refused !== null && <span className="bad">{refused}</span>}
          </p>
          <footer>
            <Button onPress={close}>Cancel</Button>
            <Button kind="primary" icon="play" submit busy={busy} disabled={path.trim() === ''}>
              {busy ? 'Resuming…' : 'Resume with it'}
            </Button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}
