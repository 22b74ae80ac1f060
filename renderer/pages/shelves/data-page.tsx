/** The datasets of this machine, and how to add one. */
import './shelves.css';
import { useEffect } from 'react';
import type { DatasetRow } from '../../../core/contract/settings.ts';
import { CopyButton } from '../../controls/copy-button.tsx';
import { Page } from '../../frame/page.tsx';
import { loadDatasets, useCatalogue } from '../../state/catalogue.ts';
import { whole } from '../../words/numbers.ts';

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
      {problem !== null && (
        <p className="bad" role="alert">
          {problem}
        </p>
      )}
      <div className="panel">
        <table className="shelf">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" className="align-end">
                Classes
              </th>
              <th scope="col" className="align-end">
                Width × height × channels
              </th>
              <th scope="col" className="align-end">
                Training images
              </th>
              <th scope="col" className="align-end">
                Test images
              </th>
              <th scope="col">Source</th>
            </tr>
          </thead>
          <tbody>
            {datasets?.map((dataset) => (
              <Dataset key={dataset.name} {...dataset} />
            ))}
          </tbody>
        </table>
        {datasets === null && problem === null && <p className="shelf-empty">Reading the datasets…</p>}
      </div>
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
