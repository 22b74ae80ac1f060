/** What works on this machine, and what it is. */
import './shelves.css';
import { useEffect } from 'react';
import { Button } from '../../controls/button.tsx';
import { StateMark } from '../../controls/state-mark.tsx';
import { Page } from '../../frame/page.tsx';
import { loadChecks, useCatalogue } from '../../state/catalogue.ts';
import { memory } from '../../words/numbers.ts';
import type { Tone } from '../../words/states.ts';
import { Shelf } from './shelf.tsx';

const columns = [{ name: 'What' }, { name: 'State' }, { name: 'Detail' }];

const marks: Readonly<Record<'ok' | 'warning' | 'failed', { readonly tone: Tone; readonly word: string }>> = {
  ok: { tone: 'good', word: 'Works' },
  warning: { tone: 'warn', word: 'Missing' },
  failed: { tone: 'bad', word: 'Fails' },
};

export function DevicePage() {
  const { app, checks, problem } = useCatalogue();
  useEffect(() => {
    if (useCatalogue.getState().checks === null) void loadChecks();
  }, []);
  return (
    <Page
      title="Device"
      lead={
        app === null
          ? ' '
          : `${app.machine.platform}, ${app.machine.cores} cores, ${memory(app.machine.memoryBytes)} of memory`
      }
      actions={
        <Button icon="reset" busy={checks === null && problem === null} onPress={() => void loadChecks()}>
          Check again
        </Button>
      }
    >
      <Shelf columns={columns} problem={problem} reading="Checking what works here; this takes seconds.">
        {checks?.map(({ name, status, detail }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <StateMark tone={marks[status].tone}>{marks[status].word}</StateMark>
            </td>
            <td className="muted">{detail}</td>
          </tr>
        )) ?? null}
      </Shelf>
      {app !== null && (
        <section className="shelf-add">
          <h2>Versions and folders</h2>
          <dl className="shelf-facts">
            <dt>Runs</dt>
            <dd className="mono">{app.runsFolder}</dd>
            <dt>Models and datasets</dt>
            <dd className="mono">{app.home}</dd>
            {Object.entries(app.versions).map(([name, version]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{version}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </Page>
  );
}
