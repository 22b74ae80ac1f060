/** Rows of candidates kept up to date by a run's events: the same rows that the engine would answer with now. */
import type { CandidateRow } from '../../core/contract/candidates.ts';
import type { RunEvent } from '../../core/contract/events.ts';

/** By id, in the order of proposal. */
export type CandidateRows = ReadonlyMap<string, CandidateRow>;

/** Events that change a row. */
type RowEvent = Extract<RunEvent, { type: 'proposed' | 'generated' | 'interpreted' | 'trained' | 'inserted' }>;

const rowEvents: readonly string[] = ['proposed', 'generated', 'interpreted', 'trained', 'inserted'];

function isRowEvent(event: RunEvent): event is RowEvent {
  return rowEvents.includes(event.type);
}

function proposedRow(event: Extract<RowEvent, { type: 'proposed' }>): CandidateRow {
  return {
    id: event.id,
    generation: event.generation,
    index: event.index,
    operator: event.operator,
    parents: event.parents,
    prompt: event.individual?.prompt ?? null,
    temperature: event.individual?.temperature ?? null,
    step: 'proposed',
    outcome: 'working',
    repair: null,
    reason: null,
    standsInFor: null,
    fitness: null,
    accuracy: null,
    measures: null,
    hash: null,
    sameAs: null,
    niche: null,
    added: null,
    elite: false,
  };
}

const steps = ['proposed', 'generated', 'interpreted', 'trained', 'inserted'];

/** The row with the event's part of it; a step that it is past already changes nothing (a resumed run tells again). */
function changed(row: CandidateRow, event: Exclude<RowEvent, { type: 'proposed' }>): CandidateRow {
  const step = steps.indexOf(row.step) > steps.indexOf(event.type) ? row.step : event.type;
  switch (event.type) {
    case 'generated':
      return { ...row, step };
    case 'interpreted':
      // An accepted one with a reason: its parent stands in for it.
      if (event.reason === null || event.hash !== null) {
        const { hash, measures, repair, reason } = event;
        return { ...row, step, hash, measures, repair, standsInFor: reason };
      }
      return {
        ...row,
        step,
        repair: event.repair,
        outcome: event.reason.kind === 'fault' ? 'set aside' : 'refused',
        reason: event.reason,
        hash: event.hash,
        measures: event.measures,
      };
    case 'trained':
      return {
        ...row,
        step,
        outcome: event.status === 'fault' ? 'set aside' : event.status,
        accuracy: event.accuracy,
        sameAs: event.sameAs,
        reason:
          event.status === 'fault'
            ? { kind: 'fault', message: event.message ?? 'The training failed.' }
            : event.status === 'diverged'
              ? { kind: 'diverged', message: 'The loss was no longer finite.' }
              : row.reason,
      };
    case 'inserted':
      return {
        ...row,
        step,
        fitness: event.fitness,
        niche: event.network?.niche ?? null,
        added: event.network?.added ?? false,
      };
  }
}

/** Rows after some events, as a new map; the same map where none of them concerns a row. */
export function rowsAfter(rows: CandidateRows, events: readonly RunEvent[]): CandidateRows {
  let next: Map<string, CandidateRow> | null = null;
  for (const event of events) {
    if (!isRowEvent(event)) continue;
    const known = (next ?? rows).get(event.id);
    if (event.type === 'proposed' ? known !== undefined : known === undefined) continue;
    next ??= new Map(rows);
    if (event.type === 'proposed') next.set(event.id, proposedRow(event));
    else if (known !== undefined) next.set(event.id, changed(known, event));
  }
  return next ?? rows;
}

/** Marks the elites among the rows: those that stand in the network archive now. */
export function withElites(rows: CandidateRows, elites: ReadonlySet<string>): CandidateRows {
  const wrong = [...rows.values()].filter((row) => row.elite !== elites.has(row.id));
  if (wrong.length === 0) return rows;
  const next = new Map(rows);
  for (const row of wrong) next.set(row.id, { ...row, elite: elites.has(row.id) });
  return next;
}

/** Newest first: by generation, then by index, both descending. */
export function newestFirst(rows: CandidateRows): CandidateRow[] {
  return [...rows.values()].sort((a, b) => b.generation - a.generation || b.index - a.index);
}
