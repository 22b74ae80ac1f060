/** The whole page: the rail, what the address names, and what lies above both. */
import './app.css';
import { useCallback, useState } from 'react';
import { ConnectionBar } from './frame/connection-bar.tsx';
import { useGlobalKeys } from './frame/global-keys.ts';
import { KeysDialog } from './frame/keys-dialog.tsx';
import { NoticeList } from './frame/notice-list.tsx';
import { Rail } from './frame/rail.tsx';
import { ModelsPage } from './pages/models/models-page.tsx';
import { NewSearchPage } from './pages/new-search/new-search-page.tsx';
import { RunPage } from './pages/run/run-page.tsx';
import { RunsPage } from './pages/runs/runs-page.tsx';
import { DataPage } from './pages/shelves/data-page.tsx';
import { DevicePage } from './pages/shelves/device-page.tsx';
import { useAddress } from './state/address-bar.ts';

function View() {
  const { address } = useAddress();
  switch (address.page) {
    case 'runs':
      return <RunsPage />;
    case 'new':
      return <NewSearchPage preset={address.preset} />;
    case 'run':
      return <RunPage address={address} />;
    case 'models':
      return <ModelsPage />;
    case 'data':
      return <DataPage />;
    case 'device':
      return <DevicePage />;
  }
}

export function App() {
  const [keysShown, showKeys] = useState(false);
  useGlobalKeys(useCallback(() => showKeys(true), []));
  return (
    <div className="app">
      <Rail onKeys={() => showKeys(true)} />
      <div className="app-view">
        <ConnectionBar />
        <View />
      </div>
      <NoticeList />
      {keysShown && <KeysDialog onClose={() => showKeys(false)} />}
    </div>
  );
}
