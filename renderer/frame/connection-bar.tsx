/** Says that the engine cannot be reached, and that what is shown is from before. */
import './connection-bar.css';
import { Icon } from '../controls/icon.tsx';
import { useConnection } from '../state/connection.ts';
import { timeOfDay } from '../words/moments.ts';

/** A page in a browser is told by its address; a server that was started again has another one, which opens nothing here. */
const remedy = window.location.protocol.startsWith('http')
  ? ' Where serve was started again, open the address that it printed.'
  : '';

export function ConnectionBar() {
  const { state, brokenSince } = useConnection();
  if (brokenSince === null && state !== 'closed') return null;
  return (
    <div className="connection-bar" role="status">
      <Icon name="warning" size={14} />
      {state === 'closed'
        ? 'The connection to the engine was closed. Load the page again.'
        : `The engine cannot be reached; trying again. What is shown is as of ${timeOfDay(brokenSince ?? new Date())}.${remedy}`}
    </div>
  );
}
