/** The first start: one sentence, one button, three links. */
import './first-start.css';
import { useState } from 'react';
import { addressOfRun } from '../../address.ts';
import { Button } from '../../controls/button.tsx';
import { useTitle } from '../../frame/page.tsx';
import { go } from '../../state/address-bar.ts';
import { startSearch } from '../../state/start-search.ts';

export function FirstStart({ onOpen }: { readonly onOpen: () => void }) {
  const [busy, setBusy] = useState(false);
  useTitle('Welcome');
  const run = async (): Promise<void> => {
    setBusy(true);
    const row = await startSearch({ preset: 'demo', changes: {}, name: null });
    setBusy(false);
    if (row !== null) go(addressOfRun(row.id));
  };
  return (
    <main className="first-start">
      <div>
        <h1>LLMatic designs neural networks.</h1>
        <p>
          A small language model on this machine rewrites networks, each is trained, and two archives keep what is good
          and different.
        </p>
        <Button kind="primary" icon="play" busy={busy} onPress={() => void run()}>
          {busy ? 'Starting…' : 'Run the demo'}
        </Button>
        <p className="first-start-cost">About two minutes, with the model and the images that come with the app.</p>
        <ul>
          <li>
            <button type="button" onClick={onOpen}>
              Open a run
            </button>
          </li>
          <li>
            <a href="#/models">Add a model</a>
          </li>
          <li>
            <a href="#/data">Add a dataset</a>
          </li>
          <li>
            <a href="#/new">Set up a search</a>
          </li>
        </ul>
      </div>
    </main>
  );
}
