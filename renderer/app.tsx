/** The whole page. */
import { useEffect, useState } from 'react';
import { client } from './client.ts';

export function App() {
  const [version, setVersion] = useState('');
  useEffect(() => {
    client.call('app.describe', {}).then(
      (described) => setVersion(described.version),
      () => {},
    );
  }, []);
  return <main>LLMatic {version}</main>;
}
