/**
 * Hashes over what a run records. Each step's hash covers itself and the hash of the step before, so that a change, a
 * gap or another order anywhere is seen; the head covers everything at once. They show integrity and need no secret.
 * The form that is hashed is the JSON text of a list of the values, its first entry naming what it is.
 */
import { createHash } from 'node:crypto';

/** A step as it lies in its table. */
export interface StepRow {
  readonly sequence: number;
  readonly candidate: string;
  readonly step: string;
  readonly body: string;
  readonly recorded: string;
}

export interface SessionRow {
  readonly id: number;
  readonly started: string;
  readonly ended: string | null;
  readonly outcome: string | null;
  readonly environment: string;
  readonly seconds: string;
}

export interface RunRow {
  readonly created: string;
  readonly description: string;
}

export interface MigrationRow {
  readonly version: number;
  readonly applied: string;
}

/** A hash as it is kept, and short hashes of the single fields as JSON (fields.ts). */
export interface KeptHash {
  readonly hash: string;
  readonly fields: string;
}

/** What the head keeps beside its digest. */
export interface HeadRow {
  /** Number of steps, and the hash of the last one; that of the run where there is none. */
  readonly steps: number;
  readonly latest: string;
  /** Steps that were there before there were hashes. */
  readonly older: number;
  readonly fields: string;
}

function hashOf(values: readonly (string | number | null)[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}

/** The hash that the chain begins with. */
export function runHash({ created, description }: RunRow): string {
  return hashOf(['run', created, description]);
}

/** `previous`: the hash of the step before, that of the run for the first. */
export function stepHash(previous: string, row: StepRow, fields: string): string {
  const { sequence, candidate, step, body, recorded } = row;
  return hashOf(['step', previous, sequence, candidate, step, body, recorded, fields]);
}

/** `run`: the hash of the run. A session changes while it lasts, so none hangs on another. */
export function sessionHash(run: string, row: SessionRow, fields: string): string {
  const { id, started, ended, outcome, environment, seconds } = row;
  return hashOf(['session', run, id, started, ended, outcome, environment, seconds, fields]);
}

/** Over the run and how far its chain goes; the end of a chain can then not be cut off unseen. */
export function headDigest(
  run: string,
  { steps, latest, older, fields }: HeadRow,
  migrations: readonly MigrationRow[],
  sessions: readonly string[],
): string {
  const versions = migrations.flatMap(({ version, applied }) => [version, applied]);
  return hashOf(['head', run, steps, latest, older, fields, versions.length, ...versions, ...sessions]);
}

/** Everything that hashes are over, as found. */
export interface ChainContent {
  readonly run: RunRow;
  readonly migrations: readonly MigrationRow[];
  /** In order of their sequence. */
  readonly steps: readonly StepRow[];
  readonly sessions: readonly SessionRow[];
  /** Null in a run of before there were hashes. */
  readonly kept: {
    readonly steps: ReadonlyMap<number, KeptHash>;
    readonly sessions: ReadonlyMap<number, KeptHash>;
    readonly head: (HeadRow & { readonly digest: string; readonly seal: string }) | null;
  } | null;
}
