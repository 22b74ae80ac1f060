/** Whether the engine can be reached; while it cannot, what was shown stays. */
import { create } from 'zustand';
import type { ConnectionState } from '../../core/contract/reconnecting-client.ts';

interface Connection {
  readonly state: ConnectionState;
  /** When it broke; null while it is whole. */
  readonly brokenSince: Date | null;
}

export const useConnection = create<Connection>(() => ({ state: 'connecting', brokenSince: null }));

export function enterConnection(state: ConnectionState): void {
  const { brokenSince } = useConnection.getState();
  useConnection.setState({ state, brokenSince: state === 'broken' ? (brokenSince ?? new Date()) : null });
}
