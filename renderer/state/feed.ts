/** Joins the stores to the engine: its events, and asking again after each break of the connection. */
import type { ContractEvent } from '../../core/contract/events.ts';
import { client, onConnection } from '../client.ts';
import { loadApp } from './catalogue.ts';
import { enterConnection, useConnection } from './connection.ts';
import { dropConversion, loadConversions, putConversion } from './conversions.ts';
import { hearCandidates, hearRowChange, hearRunEvent, readOpenRunAgain } from './open-run.ts';
import { dropRow, loadRuns, putRow, useRuns } from './runs.ts';

function hear(event: ContractEvent): void {
  switch (event.type) {
    case 'run-changed': {
      const before = useRuns.getState().rows?.get(event.row.id);
      putRow(event.row);
      hearRowChange(before, event.row);
      break;
    }
    case 'run-removed':
      dropRow(event.run);
      break;
    case 'conversion-changed':
      putConversion(event.conversion);
      break;
    case 'conversion-removed':
      dropConversion(event.conversion);
      break;
    case 'run-event':
      hearRunEvent(event.run, event.event);
      break;
    case 'candidates-changed':
      hearCandidates(event.run, event.candidates);
  }
}

/** Called once, when the page starts. */
export function startFeed(): void {
  client.subscribe(hear);
  onConnection((state) => {
    const again = useConnection.getState().state === 'broken';
    enterConnection(state);
    if (state !== 'open') return;
    void loadRuns();
    void loadApp();
    void loadConversions();
    if (again) readOpenRunAgain();
  });
}
