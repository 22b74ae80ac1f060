/** The datasets of this machine, and how to add one. */
import './shelves.css';
import { useEffect } from 'react';
import type { DatasetRow } from '../../../core/contract/settings.ts';
import { CopyButton } from '../../controls/copy-button.tsx';
import { Page } from '../../frame/page.tsx';
import { loadDatasets, useCatalogue } from '../../state/catalogue.ts';
import { whole } from '../../words/numbers.ts';
import { Shelf } from './shelf.tsx';

const columns = [
  { name: 'Name' },
  { name: 'Classes', isFigure: true },
  { name: 'Width × height × channels', isFigure: true },
  { name: 'Training images', isFigure: true },
  { name: 'Test images', isFigure: true },
  { name: 'Source' },
];

const importCommand = 'llmatic dataset import cifar-10-binary.tar.gz';

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
  const { datasets, problem } = useCatalogue();
  useEffect(() => void loadDatasets(), []);
  return (
    <Page title="Data" lead="Images that networks are trained and judged on.">
      <Shelf columns={columns} problem={problem} reading="Reading the datasets…">
        {datasets?.map((dataset) => <Dataset key={dataset.name} {...dataset} />) ?? null}
      </Shelf>
      <section className="shelf-add">
        <h2>Add a dataset</h2>
        <p>Import an archive on the command line, then open this page again. CIFAR-10's binary version is read.</p>
        <div className="shelf-command">
          <code>{importCommand}</code>
          <CopyButton text={importCommand}>Copy</CopyButton>
        </div>
      </section>
    </Page>
  );
}
