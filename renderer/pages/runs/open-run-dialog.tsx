/** Asks for the folder of a run that lies elsewhere, and opens it. */
import { useState } from 'react';
import { failureOf } from '../../../core/failure.ts';
import { addressOfRun } from '../../address.ts';
import { client } from '../../client.ts';
import { Button } from '../../controls/button.tsx';
import { PathField } from '../../controls/path-field.tsx';
import { Dialog } from '../../frame/dialog.tsx';
import { go } from '../../state/address-bar.ts';
import { putRow } from '../../state/runs.ts';

export function OpenRunDialog({ onClose }: { readonly onClose: () => void }) {
  const [folder, setFolder] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const open = async (close: () => void): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const { row } = await client.call('runs.open', { folder: folder.trim() });
      putRow(row);
      close();
      go(addressOfRun(row.id));
    } catch (error) {
      setProblem(failureOf(error).message);
      setBusy(false);
    }
  };

  return (
    <Dialog
      title="Open a run"
      lead="It is added to the list and can be looked at; its folder stays where it is."
      onClose={onClose}
    >
      {(close) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void open(close);
          }}
        >
          <label className="dialog-label" htmlFor="open-run-folder">
            Folder of the run, the one with run.sqlite in it
          </label>
          <PathField
            id="open-run-folder"
            value={folder}
            invalid={problem !== null}
            describedBy="open-run-problem"
            chooses="folder"
            onChange={setFolder}
          />
          <p className="bad" id="open-run-problem" role="alert">
            {problem}
          </p>
          <footer>
            <Button onPress={close}>Cancel</Button>
            <Button kind="primary" submit busy={busy} disabled={folder.trim() === ''}>
              Open
            </Button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}
