/** The datasets of this machine, and how to add one. */
import './shelves.css';
import { useEffect, useState } from 'react';
import type { DatasetRow } from '../../../core/contract/settings.ts';
import { Button } from '../../controls/button.tsx';
import { Page } from '../../frame/page.tsx';
import { loadDatasets, loadImporters, useCatalogue } from '../../state/catalogue.ts';
import { whole } from '../../words/numbers.ts';
import { ImportDatasetDialog } from './import-dataset-dialog.tsx';
import { Shelf } from './shelf.tsx';

const columns = [
  { name: 'Name' },
  { name: 'Classes', isFigure: true },
  { name: 'Width × height × channels', isFigure: true },
  { name: 'Training images', isFigure: true },
  { name: 'Test images', isFigure: true },
  { name: 'Source' },
];

function Dataset({ name, classes, shape, train, test, source, problem }: DatasetRow) {
  if (problem !== null) {
    return (
      <tr>
        <th scope="row">{name}</th>
        <td colSpan={5} className="bad">
          {problem.message}
        </td>
      </tr>
    );
  }
  const [channels, height, width] = shape;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="align-end" title={classes.join(', ')}>
        {classes.length}
      </td>
      <td className="align-end">
        {width} × {height} × {channels}
      </td>
      <td className="align-end">{whole(train)}</td>
      <td className="align-end">{whole(test)}</td>
      <td className="muted">{source}</td>
    </tr>
  );
}

export function DataPage() {
  const { datasets, importers, problem } = useCatalogue();
  const [importing, setImporting] = useState(false);
  useEffect(() => {
    void loadDatasets();
    void loadImporters();
  }, []);
  return (
    <Page
      title="Data"
      lead="Images that networks are trained and judged on."
      actions={
        <Button icon="folder" disabled={importers === null} onPress={() => setImporting(true)}>
          Import…
        </Button>
      }
    >
      <Shelf columns={columns} problem={problem} reading="Reading the datasets…">
        {datasets?.map((dataset) => <Dataset key={dataset.name} {...dataset} />) ?? null}
      </Shelf>
      <section className="shelf-add">
        <h2>What can be imported</h2>
        <dl className="shelf-facts">
          {importers?.map(({ format, title, reads }) => (
            <div key={format}>
              <dt>{title}</dt>
              <dd>{reads}</dd>
            </div>
          ))}
        </dl>
      </section>
      {importing && importers !== null && (
        <ImportDatasetDialog importers={importers} onClose={() => setImporting(false)} />
      )}
    </Page>
  );
}
