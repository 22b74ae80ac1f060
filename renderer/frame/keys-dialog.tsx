/** The keys of the app; opened by ?. */
import './keys-dialog.css';
import { useEffect, useRef } from 'react';
import { Button } from '../controls/button.tsx';

const keys: readonly (readonly [readonly string[], string])[] = [
  [['/'], 'Search the list; in a run without one, its networks'],
  [['?'], 'Show the keys'],
  [['Esc'], 'Close the inspector, leave a field'],
  [['N'], 'New search'],
  [['1', '…', '6'], 'Tabs of a run'],
  [['Space'], 'Pause or resume the search'],
  [['↑', '↓', '←', '→'], 'Next niche in an archive, next row in a table'],
  [['Shift', 'arrow'], 'Next filled niche in an archive'],
  [['[', ']'], 'Generation before, generation after'],
];

/** What stands between keys and is none. */
const between: Readonly<Record<string, string>> = { '…': ' to ', arrow: ' and an arrow' };

export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog className="keys-dialog" ref={dialog} aria-labelledby="keys-title" onClose={onClose}>
      <header>
        <h2 id="keys-title">Keys</h2>
        <Button kind="quiet" icon="close" tip="Close" onPress={() => dialog.current?.close()} />
      </header>
      <table>
        <tbody>
          {keys.map(([names, meaning]) => (
            <tr key={meaning}>
              <th scope="row">{names.map((name) => between[name] ?? <kbd key={name}>{name}</kbd>)}</th>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </dialog>
  );
}
