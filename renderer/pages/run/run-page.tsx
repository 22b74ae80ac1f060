/** One run: its header, its tabs, the view of the tab, and the inspector beside it when a candidate is selected. */
import './run-page.css';
import { useEffect } from 'react';
import { formatAddress, type RunAddress, type RunTab, runTabs } from '../../address.ts';
import { ButtonLink } from '../../controls/button.tsx';
import { useTitle } from '../../frame/page.tsx';
import { openRun, useOpenRun } from '../../state/open-run.ts';
import { nameOfRun } from '../../state/run-order.ts';
import { useRunRow } from '../../state/runs.ts';
import { ArchivesTab } from './archives-tab.tsx';
import { InspectorColumn } from './inspector-column.tsx';
import { useInspectorWidth } from './inspector-width.ts';
import { LiveTab } from './live-tab.tsx';
import { LogTab } from './log-tab.tsx';
import { MovedModelDialog } from './moved-model-dialog.tsx';
import { NetworksTab } from './networks-tab.tsx';
import { PromptsTab } from './prompts-tab.tsx';
import { RunHeader } from './run-header.tsx';
import { SettingsTab } from './settings-tab.tsx';
import { StateBar } from './state-bar.tsx';

const words: Readonly<Record<RunTab, string>> = {
  live: 'Live',
  archives: 'Archives',
  networks: 'Networks',
  prompts: 'Prompts',
  log: 'Log',
  settings: 'Settings',
};

function Tab({ address }: { readonly address: RunAddress }) {
  switch (address.tab) {
    case 'live':
      return <LiveTab address={address} />;
    case 'archives':
      return <ArchivesTab address={address} />;
    case 'networks':
      return <NetworksTab address={address} />;
    case 'prompts':
      return <PromptsTab address={address} />;
    case 'log':
      return <LogTab />;
    case 'settings':
      return <SettingsTab />;
  }
}

export function RunPage({ address }: { readonly address: RunAddress }) {
  const listed = useRunRow(address.run);
  const { run, detail, problem } = useOpenRun();
  const row = listed ?? (run === address.run ? detail?.row : undefined);
  // Nothing of it can be read: no view has anything to show.
  const isClosed = row === undefined ? run === address.run && problem !== null : row.state === 'unreadable';
  const [inspectorWidth, setInspectorWidth] = useInspectorWidth();
  useTitle(nameOfRun({ id: address.run }));
  useEffect(() => openRun(address.run), [address.run]);

  if (isClosed) {
    return (
      <main className="run-page">
        <RunHeader id={address.run} row={row} />
        <StateBar row={row} problem={problem} />
        <div className="run-closed">
          <p className="muted">There is nothing to show of this run.</p>
          <ButtonLink href="#/runs">All runs</ButtonLink>
        </div>
      </main>
    );
  }
  return (
    <main className="run-page">
      <RunHeader id={address.run} row={row} />
      <nav className="run-tabs" aria-label="Views of the run">
        {runTabs.map((tab) => (
          <a
            key={tab}
            href={formatAddress({ ...address, tab })}
            aria-current={tab === address.tab ? 'page' : undefined}
          >
            {words[tab]}
          </a>
        ))}
      </nav>
      <StateBar row={row} problem={run === address.run ? problem : null} />
      <MovedModelDialog run={address.run} />
      <div className="run-view">
        <div className="run-tab">{run === address.run && <Tab address={address} />}</div>
        {address.selection !== null && (
          <InspectorColumn
            run={address.run}
            selection={address.selection}
            width={inspectorWidth}
            onWidth={setInspectorWidth}
          />
        )}
      </div>
    </main>
  );
}
