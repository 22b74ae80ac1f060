/** The language models of this machine, and how to add one. */
import './shelves.css';
import { useEffect } from 'react';
import type { ModelRow } from '../../../core/contract/settings.ts';
import { CopyButton } from '../../controls/copy-button.tsx';
import { Page } from '../../frame/page.tsx';
import { loadModels, useCatalogue } from '../../state/catalogue.ts';
import { bytes } from '../../words/numbers.ts';
import { folderIn } from './folder-in.ts';
import { Shelf } from './shelf.tsx';

const columns = [{ name: 'Name' }, { name: 'What it is' }, { name: 'Size', isFigure: true }, { name: 'File' }];

function Model({ name, file, embedded, bytes: size, summary, problem }: ModelRow) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className={problem === null ? undefined : 'bad'}>{problem?.message ?? summary}</td>
      <td className="align-end">{bytes(size)}</td>
      <td className="mono muted">{embedded ? 'comes with the app' : file}</td>
    </tr>
  );
}

export function ModelsPage() {
  const { models, app, problem } = useCatalogue();
  useEffect(() => void loadModels(), []);
  const folder = app === null ? null : folderIn(app.home, 'models');
  return (
    <Page title="Models" lead="Language models that write networks: GGUF files, run on this machine.">
      <Shelf columns={columns} problem={problem} reading="Reading the models…">
        {models?.map((model) => <Model key={model.file ?? 'embedded'} {...model} />) ?? null}
      </Shelf>
      {folder !== null && (
        <section className="shelf-add">
          <h2>Add a model</h2>
          <p>Put a GGUF file into this folder, then open this page again. Any model that llama.cpp loads will do.</p>
          <div className="shelf-command">
            <code>{folder}</code>
            <CopyButton text={folder}>Copy</CopyButton>
          </div>
        </section>
      )}
    </Page>
  );
}
