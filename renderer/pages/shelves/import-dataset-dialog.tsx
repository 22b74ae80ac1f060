/** Asks for images on the engine's machine, and imports them as a dataset; what is not read is told by what it is. */
import { useEffect, useState } from 'react';
import type { ImporterRow } from '../../../core/contract/settings.ts';
import { failureOf } from '../../../core/failure.ts';
import { client } from '../../client.ts';
import { Button } from '../../controls/button.tsx';
import { PathField } from '../../controls/path-field.tsx';
import { Dialog } from '../../frame/dialog.tsx';
import { loadDatasets } from '../../state/catalogue.ts';

/** Options of all importers, each once, with the titles of those that have it. */
function optionsOf(importers: readonly ImporterRow[]) {
  const names = [...new Set(importers.flatMap(({ options }) => options.map(({ name }) => name)))];
  return names.flatMap((name) => {
    const having = importers.filter(({ options }) => options.some((option) => option.name === name));
    const option = having[0]?.options.find((each) => each.name === name);
    return option === undefined ? [] : [{ ...option, titles: having.map(({ title }) => title) }];
  });
}

interface ImportDatasetDialogProps {
  readonly importers: readonly ImporterRow[];
  readonly onClose: () => void;
}

export function ImportDatasetDialog({ importers, onClose }: ImportDatasetDialogProps) {
  const [path, setPath] = useState('');
  const [name, setName] = useState('');
  const [choices, setChoices] = useState<Readonly<Record<string, string>>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [cancelling, setCancelling] = useState<AbortController | null>(null);
  const busy = cancelling !== null;
  // A closed dialog leaves no import behind.
  useEffect(() => () => cancelling?.abort(), [cancelling]);

  const importIt = async (close: () => void): Promise<void> => {
    const controller = new AbortController();
    setCancelling(controller);
    setProblem(null);
    try {
      const own = name.trim();
      const params = { path: path.trim(), choices, ...(own === '' ? {} : { name: own }) };
      await client.call('datasets.import', params, { signal: controller.signal });
      await loadDatasets();
      close();
    } catch (error) {
      setProblem(failureOf(error).message);
      setCancelling(null);
    }
  };

  return (
    <Dialog
      title="Import a dataset"
      lead="The images are copied to LLMatic's data folder; what they were read from stays as it is."
      onClose={onClose}
    >
      {(close) => (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void importIt(close);
          }}
        >
          <label className="dialog-label" htmlFor="dataset-path">
            Path of the file or folder
          </label>
          <PathField
            id="dataset-path"
            value={path}
            placeholder={importers[0]?.example ?? ''}
            invalid={problem !== null}
            describedBy="dataset-problem"
            chooses="file"
            onChange={(next) => {
              setProblem(null);
              setPath(next);
            }}
          />
          <label className="dialog-label" htmlFor="dataset-name">
            Name
          </label>
          <input
            id="dataset-name"
            type="text"
            className="field"
            value={name}
            placeholder="as the images are called"
            spellCheck={false}
            autoComplete="off"
            onChange={({ target }) => {
              setProblem(null);
              setName(target.value);
            }}
          />
          {optionsOf(importers).map((option) => (
            <div key={option.name}>
              <label className="dialog-label" htmlFor={`dataset-${option.name}`}>
                {`${option.titles.join(', ')}: ${option.name}`}
              </label>
              <select
                id={`dataset-${option.name}`}
                className="field"
                value={choices[option.name] ?? option.values[0]}
                title={option.sentence}
                onChange={({ target }) => {
                  setProblem(null);
                  const { [option.name]: _, ...others } = choices;
                  const isDefault = target.value === option.values[0];
                  setChoices(isDefault ? others : { ...others, [option.name]: target.value });
                }}
              >
                {option.values.map((value) => (
                  <option key={value}>{value}</option>
                ))}
              </select>
              <p className="muted">{option.sentence}</p>
            </div>
          ))}
          <p className="bad" id="dataset-problem" role="alert">
            {problem}
          </p>
          <footer>
            <Button onPress={close}>Cancel</Button>
            <Button kind="primary" submit busy={busy} disabled={path.trim() === ''}>
              Import
            </Button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}
