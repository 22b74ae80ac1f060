/** Hears the events of a door, and waits for one among them. */
import type { ContractEvent } from '../../core/contract/events.ts';
import type { Contract } from '../../core/contract.ts';

/** `until` resolves with the first event from its call on that fits. */
export function listening(contract: Contract) {
  const events: ContractEvent[] = [];
  const waiting = new Set<() => void>();
  const end = contract.subscribe((event) => {
    events.push(event);
    for (const look of [...waiting]) look();
  });
  return {
    events,
    end,
    until(holds: (event: ContractEvent) => boolean): Promise<ContractEvent> {
      return new Promise((resolve) => {
        const from = events.length;
        const look = (): void => {
          const found = events.slice(from).find(holds);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
      });
    },
  };
}

export const isState = (run: string, state: string) => (event: ContractEvent) =>
  event.type === 'run-changed' && event.row.id === run && event.row.state === state;

export const isStep = (run: string, type: string) => (event: ContractEvent) =>
  event.type === 'run-event' && event.run === run && event.event.type === type;
