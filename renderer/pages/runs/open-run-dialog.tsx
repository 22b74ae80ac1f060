/** Asks for the folder of a run that lies elsewhere, and opens it. */
import './open-run-dialog.css';
import { useEffect, useRef, useState } from 'react';
import { failureOf } from '../../../core/failure.ts';
import { addressOfRun } from '../../address.ts';
import { client } from '../../client.ts';
import { Button } from '../../controls/button.tsx';
import { go } from '../../state/address-bar.ts';
import { putRow } from '../../state/runs.ts';

export function OpenRunDialog({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [folder, setFolder] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);

  const open = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const { row } = await client.call('runs.open', { folder: folder.trim() });
      putRow(row);
      dialog.current?.close();
      go(addressOfRun(row.id));
    } catch (error) {
      setProblem(failureOf(error).message);
      setBusy(false);
    }
  };

  return (
    <dialog className="open-run-dialog" ref={dialog} aria-labelledby="open-run-title" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void open();
        }}
      >
        <h2 id="open-run-title">Open a run</h2>
        <p className="muted">It is added to the list and can be looked at; its folder stays where it is.</p>
        <label htmlFor="open-run-folder">Folder of the run, the one with run.sqlite in it</label>
        <input
          id="open-run-folder"
          type="text"
          className="field mono"
          value={folder}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={problem !== null}
          aria-describedby="open-run-problem"
          onChange={({ target }) => setFolder(target.value)}
        />
        <p className="bad" id="open-run-problem" role="alert">
          {problem}
        </p>
        <footer>
          <Button onPress={() => dialog.current?.close()}>Cancel</Button>
          <Button kind="primary" submit busy={busy} disabled={folder.trim() === ''}>
            Open
          </Button>
        </footer>
      </form>
    </dialog>
  );
}
