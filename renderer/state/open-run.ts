/** The run that is shown: its details, archives, candidates and what it does now; asked once, then told by events. */
import { create } from 'zustand';
import type { Archives } from '../../core/contract/archives.ts';
import type { CandidateRow } from '../../core/contract/candidates.ts';
import type { RunEvent } from '../../core/contract/events.ts';
import type { RunDetail, RunRow } from '../../core/contract/runs.ts';
import { failureOf } from '../../core/failure.ts';
import { client } from '../client.ts';
import { type Activity, activityAfter, idle } from './activity.ts';
import { type CandidateRows, withRows } from './candidate-rows.ts';

export interface LogEntry {
  readonly number: number;
  readonly at: Date;
  readonly event: RunEvent;
}

interface OpenRun {
  readonly run: string | null;
  readonly detail: RunDetail | null;
  /** The archives now. */
  readonly latest: Archives | null;
  readonly candidates: CandidateRows;
  /** Whether all candidates were read. */
  readonly complete: boolean;
  readonly activity: Activity;
  /** What the run told since the page was opened, progress of trainings left out. */
  readonly log: readonly LogEntry[];
  /** Why it could not be read. */
  readonly problem: string | null;
}

const nothing: OpenRun = {
  run: null,
  detail: null,
  latest: null,
  candidates: new Map(),
  complete: false,
  activity: idle,
  log: [],
  problem: null,
};

export const useOpenRun = create<OpenRun>(() => nothing);

const page = 1000;
/** Beyond so many candidates the oldest are not listed. */
export const candidatesListed = 20_000;
const logKept = 5000;
/** Events are applied together, so that a burst of them is drawn once. */
const applyEvery = 100;
const refetchAfter = 200;

let waiting: RunEvent[] = [];
let waitingRows: CandidateRow[] = [];
let scheduled = false;
/** Whether the candidates are being read: what is told meanwhile is applied after. */
let reading = false;
let nextNumber = 0;

const isOpen = (run: string): boolean => useOpenRun.getState().run === run;

async function readCandidates(run: string): Promise<void> {
  reading = true;
  try {
    for (let offset = 0; offset < candidatesListed; offset += page) {
      const { candidates } = await client.call('runs.candidates', { run, offset, limit: page });
      if (!isOpen(run)) return;
      useOpenRun.setState((state) => ({ candidates: withRows(state.candidates, candidates) }));
      if (candidates.length < page) break;
    }
    useOpenRun.setState({ complete: true });
  } finally {
    reading = false;
    apply();
  }
}

async function readArchives(run: string): Promise<void> {
  const latest = await client.call('runs.archives', { run });
  if (isOpen(run)) useOpenRun.setState({ latest });
}

async function readDetail(run: string): Promise<void> {
  const detail = await client.call('runs.get', { run });
  if (isOpen(run)) useOpenRun.setState({ detail, problem: null });
}

async function read(run: string): Promise<void> {
  try {
    await Promise.all([readDetail(run), readArchives(run), readCandidates(run)]);
  } catch (error) {
    if (isOpen(run)) useOpenRun.setState({ problem: failureOf(error).message });
  }
}

/** Shows another run, or none. */
export function openRun(run: string | null): void {
  if (useOpenRun.getState().run === run) return;
  waiting = [];
  waitingRows = [];
  useOpenRun.setState({ ...nothing, run });
  if (run !== null) void read(run);
}

/** Asks for everything again: events may have been missed. What is shown stays until the answers come. */
export function readOpenRunAgain(): void {
  const { run } = useOpenRun.getState();
  if (run === null) return;
  useOpenRun.setState({ activity: idle });
  void read(run);
}

function apply(): void {
  scheduled = false;
  if (reading || (waiting.length === 0 && waitingRows.length === 0)) return;
  const events = waiting;
  const rows = waitingRows;
  waiting = [];
  waitingRows = [];
  useOpenRun.setState(({ candidates, activity, log }) => {
    const told = events
      .filter(({ type }) => type !== 'training-progress' && type !== 'loading')
      .map((event): LogEntry => ({ number: nextNumber++, at: new Date(), event }));
    return {
      candidates: withRows(candidates, rows),
      activity: events.reduce(activityAfter, activity),
      log: told.length === 0 ? log : [...log, ...told].slice(-logKept),
    };
  });
}

function applySoon(): void {
  if (!scheduled) window.setTimeout(apply, applyEvery);
  scheduled = true;
}

let refetchTimer: number | null = null;

/** Details and archives, soon and once. */
function refetch(run: string): void {
  if (refetchTimer !== null) return;
  refetchTimer = window.setTimeout(() => {
    refetchTimer = null;
    if (!isOpen(run)) return;
    // A failure here leaves what is shown; the next change asks again.
    Promise.all([readDetail(run), readArchives(run)]).catch(() => {});
  }, refetchAfter);
}

export function hearRunEvent(run: string, event: RunEvent): void {
  if (!isOpen(run)) return;
  // Candidates that were made after it are gone: everything is asked for again.
  if (event.type === 'again' && event.takenBack > 0) {
    useOpenRun.setState({ candidates: new Map(), complete: false });
    void read(run);
  }
  waiting.push(event);
  applySoon();
  // The initial network belongs to no generation that ends.
  const changesArchives = ['generation-started', 'generation-finished', 'finished'].includes(event.type);
  if (changesArchives) refetch(run);
}

export function hearCandidates(run: string, candidates: readonly CandidateRow[]): void {
  if (!isOpen(run)) return;
  waitingRows.push(...candidates);
  applySoon();
}

const detailAfter = 2000;
let detailTimer: number | null = null;

/** Asks for the details once more, soon and once: they count what candidates tell of. */
export function readDetailSoon(run: string): void {
  if (detailTimer !== null) return;
  detailTimer = window.setTimeout(() => {
    detailTimer = null;
    // A failure here leaves what is shown.
    if (isOpen(run)) readDetail(run).catch(() => {});
  }, detailAfter);
}

let watching = false;

/** Another process writes this run and tells no events: its candidates are read again when its row changed. */
function watch(run: string): void {
  if (watching) return;
  watching = true;
  window.setTimeout(() => {
    watching = false;
    if (isOpen(run) && !reading) readCandidates(run).catch(() => {});
  }, 2000);
}

export function hearRowChange(before: RunRow | undefined, row: RunRow): void {
  if (!isOpen(row.id)) return;
  // Before its folder is there nothing can be read of it.
  if (before?.state === 'starting' && row.state !== 'starting') void read(row.id);
  else if (before?.generations.done !== row.generations.done || before.state !== row.state) refetch(row.id);
  if (row.state === 'elsewhere' && before?.ended !== row.ended) watch(row.id);
  if (row.state !== 'running' && row.state !== 'starting' && before?.state !== row.state) {
    useOpenRun.setState(({ activity }) => ({ activity: { ...idle, warnings: activity.warnings } }));
  }
}
