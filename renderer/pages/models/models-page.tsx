/** The language models of this machine: what each holds and takes, conversions of checkpoints, and how to add one. */
import '../shelves/shelves.css';
import './models-page.css';
import { useEffect, useState } from 'react';
import type { ModelRow } from '../../../core/contract/settings.ts';
import { Button } from '../../controls/button.tsx';
import { CopyButton } from '../../controls/copy-button.tsx';
import { dropTarget } from '../../controls/path-field.tsx';
import { Page } from '../../frame/page.tsx';
import { ConversionList } from '../../models/conversion-list.tsx';
import { ConvertDialog } from '../../models/convert-dialog.tsx';
import { go } from '../../state/address-bar.ts';
import { loadForm, loadModels, useCatalogue } from '../../state/catalogue.ts';
import { change } from '../../state/new-search.ts';
import { bytes } from '../../words/numbers.ts';
import { folderIn } from '../shelves/folder-in.ts';
import { Shelf } from '../shelves/shelf.tsx';
import { ModelDetail } from './model-detail.tsx';

const columns = [{ name: 'Name' }, { name: 'What it is' }, { name: 'Size', isFigure: true }];

interface RowProps {
  readonly model: ModelRow;
  readonly selected: boolean;
  readonly onSelect: () => void;
}

function Model({ model: { name, file, embedded, bytes: size, summary, problem }, selected, onSelect }: RowProps) {
  return (
    <tr className={selected ? 'model-row model-row-selected' : 'model-row'} onClick={onSelect}>
      <th scope="row">
        <button type="button" aria-pressed={selected} onClick={onSelect}>
          {name}
        </button>
        <span className="mono muted">{embedded ? 'comes with the app' : file}</span>
      </th>
      <td className={problem === null ? undefined : 'bad'}>{problem?.message ?? summary}</td>
      <td className="align-end">{bytes(size)}</td>
    </tr>
  );
}

/** Sets up a search with a model. */
async function searchWith(file: string | null): Promise<void> {
  // A change is told from the preset's own value, which the form brings.
  if (useCatalogue.getState().form === null) await loadForm();
  change('model', file);
  go({ page: 'new', preset: null });
}

export function ModelsPage() {
  const { models, app, problem } = useCatalogue();
  const [selected, select] = useState<string | null>(null);
  const [converting, convert] = useState<string | null>(null);
  useEffect(() => void loadModels(), []);
  const folder = app === null ? null : folderIn(app.home, 'models');
  const shown = models?.find(({ file }) => file === selected) ?? models?.[0];
  return (
    <Page
      title="Models"
      lead="Language models that write networks: GGUF files, run on this machine."
      actions={
        <Button icon="plus" onPress={() => convert('')}>
          Convert a checkpoint
        </Button>
      }
    >
      <div className="models" {...dropTarget(convert, convert)}>
        <div>
          <ConversionList useWord="Search with it" onUse={(file) => void searchWith(file)} />
          <Shelf columns={columns} problem={problem} reading="Reading the models…">
            {models?.map((model) => (
              <Model
                key={model.file ?? 'embedded'}
                model={model}
                selected={model === shown}
                onSelect={() => select(model.file)}
              />
            )) ?? null}
          </Shelf>
          {folder !== null && (
            <section className="shelf-add">
              <h2>Add a model</h2>
              <p>
                Put a GGUF file into this folder, then open this page again; or name any file when a search is set up.
                Any model that llama.cpp loads will do. A CodeGen checkpoint is converted first.
              </p>
              <div className="shelf-command">
                <code>{folder}</code>
                <CopyButton text={folder}>Copy</CopyButton>
              </div>
            </section>
          )}
        </div>
        {shown !== undefined && (
          <ModelDetail key={shown.file ?? 'embedded'} model={shown} onUse={() => void searchWith(shown.file)} />
        )}
      </div>
      {converting !== null && <ConvertDialog path={converting} onClose={() => convert(null)} />}
    </Page>
  );
}
