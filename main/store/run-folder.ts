/**
 * A run is a folder: run.sqlite (settings, every step of every candidate), weights/ (safetensors by content hash),
 * run.lock (held while a process writes). It opens read-only beside a writer and copies whole.
 */
import { accessSync, constants, existsSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fail } from '../../core/failure.ts';
import type { CandidateRecord } from '../../core/search/candidate.ts';
import type { CandidateStore } from '../../core/search/ports.ts';
import { closeToOthers, makePrivateFolder, whyOfFolder } from '../private-files.ts';
import { bodyOf, candidateSteps, type StoredStep } from './candidate-steps.ts';
import { headRow, recordedTimes, runRow, sessionRows } from './chain/rows.ts';
import {
  closeDatabase,
  createDatabase,
  databaseProblem,
  holdsTables,
  openDatabase,
  type ReadDatabase,
  readDatabase,
} from './database.ts';
import { isOfTheSystem } from './files-of-systems.ts';
import { type RunContent, readContent } from './reading/content.ts';
import type { RunDatabase } from './run-database.ts';
import { describedBy, type RunDescription, runDescriptionSchema, type Session } from './run-description.ts';
import { isLocked, type RunLock, takeLock } from './run-lock.ts';
import { hashedVersion, schemaVersion } from './schema.ts';
import { ensuredKey } from './seal.ts';
import { readSessions, type SessionWriter, startSession, withWorked } from './sessions.ts';
import { inWords } from './sqlite-failures.ts';
import { weightFiles } from './weight-files.ts';
import { runWriter } from './writing/writer.ts';

export interface RunStore extends CandidateStore {
  /** Absolute path of the run folder. */
  readonly folder: string;
  readonly readOnly: boolean;
  /** When the run was created, ISO 8601. */
  readonly created: string;
  readonly description: RunDescription;
  /** Ids of all candidates, in the order in which they were proposed. */
  ids(): string[];
  /** All candidates, in that order. */
  candidates(): CandidateRecord[];
  /** Stored steps in the order in which they were recorded, not parsed: all, or those after a sequence number. */
  storedSteps(after?: number): StoredStep[];
  /** How many steps are stored up to a sequence number. */
  countSteps(last: number): number;
  /** Content hashes of the weights in the folder. */
  weightHashes(): string[];
  /** Names in weights/ that do not belong there. */
  foreignWeightFiles(): string[];
  /** What SQLite's integrity check finds; empty when the file is sound. */
  databaseProblems(): string[];
  /** Everything that the file holds, with what of it cannot be read (reading/content.ts). */
  content(): RunContent;
  sessions(): Session[];
  /** Notes that this process starts to work on the run. */
  startSession(environment: Session['environment']): Promise<SessionWriter>;
  /** The head of the hashes with its seal; null in a run of before there were hashes. */
  head(): { readonly digest: string; readonly seal: string } | null;
  /** Takes the run for this person's own (trust.ts). */
  seal(): Promise<void>;
  /** Closes what is open. Of a store that wrote nothing, at once. */
  close(): Promise<void>;
}

export const databaseName = 'run.sqlite';
const lockName = 'run.lock';
const weightsName = 'weights';

/** Whether a folder holds a run (or the start of one). */
export function isRunFolder(folder: string): boolean {
  return existsSync(join(folder, databaseName));
}

/** Whether a process writes the run now. */
export function isBeingWritten(folder: string): boolean {
  return isLocked(join(folder, lockName));
}

function lockOrRefuse(folder: string): RunLock {
  const lock = takeLock(join(folder, lockName));
  if (lock === null) {
    return fail('run-locked', `Another process is writing the run ${folder}. Wait for it, or stop it, then try again.`);
  }
  return lock;
}

interface OpenDatabase extends ReadDatabase {
  readonly key: string | null;
}

function runStore(folder: string, { database, version, close, key }: OpenDatabase, lock: RunLock | null): RunStore {
  const file = join(folder, databaseName);
  const { created, description } = describedBy(
    inWords(file, () => runRow(database)),
    file,
  );
  const steps = candidateSteps(database);
  const writer = runWriter(file, key);
  const weights = weightFiles(join(folder, weightsName));
  const writable = (): void => {
    if (lock === null) fail('run', `The run ${folder} is open for reading only.`);
  };
  if (lock !== null) weights.tidy();

  return {
    folder,
    readOnly: lock === null,
    created,
    description,
    find: steps.find,
    async record(id, step) {
      writable();
      await writer.write({ task: 'step', candidate: id, step: step.step, body: bodyOf(id, step) });
    },
    async replace(takeBack, id, step) {
      writable();
      await writer.write({
        task: 'replace',
        takeBack: [...takeBack],
        candidate: id,
        step: step.step,
        body: bodyOf(id, step),
      });
    },
    async saveWeights(bytes) {
      writable();
      return weights.save(bytes);
    },
    loadWeights: weights.load,
    async keepWeights(keep) {
      writable();
      await weights.keep(keep);
    },
    ids: steps.ids,
    candidates: () => steps.ids().flatMap((id) => steps.find(id) ?? []),
    storedSteps: steps.stored,
    countSteps: steps.count,
    weightHashes: weights.hashes,
    foreignWeightFiles: weights.foreign,
    databaseProblems() {
      const problem = databaseProblem(database, file, 'integrity_check');
      return problem === null ? [] : [problem];
    },
    content: () => readContent({ database, version }, file, 'integrity_check'),
    sessions: () =>
      withWorked(readSessions(inWords(file, () => sessionRows(database))), () =>
        inWords(file, () => recordedTimes(database)),
      ),
    async startSession(environment) {
      writable();
      return startSession(writer, environment);
    },
    head: () => (version >= hashedVersion ? inWords(file, () => headRow(database)) : null),
    async seal() {
      writable();
      await writer.write({ task: 'seal' });
    },
    async close() {
      try {
        if (writer.started) {
          database.close();
          await writer.close();
        } else {
          close();
        }
      } finally {
        lock?.release();
      }
    },
  };
}

/** A database as its one writer has it. */
function writing(database: RunDatabase, key: string | null): OpenDatabase {
  return { database, version: schemaVersion, key, close: () => closeDatabase(database) };
}

/**
 * Refuses a folder in which no run can be created. A run.sqlite without content is what a killed creation leaves.
 * @throws FailureError (`run`) naming the remedy
 */
export function refuseOccupied(folder: string): void {
  const path = resolve(folder);
  if (!existsSync(path)) {
    tryFolder(path);
    return;
  }
  if (!statSync(path).isDirectory()) fail('run', `${path} is a file. Give another folder with --out.`);
  if (isRunFolder(path)) {
    if (holdsTables(join(path, databaseName))) {
      fail('run', `${path} already holds a run. Continue it with --resume, or give another folder with --out.`);
    }
  } else if (readdirSync(path).some((name) => name !== lockName && !isOfTheSystem(name))) {
    fail('run', `${path} holds other files. Give an empty or new folder with --out.`);
  }
  refuseClosed(path);
}

/** Whether the folder can be made is known at once, not only when model and dataset are loaded. */
function tryFolder(path: string): void {
  const made = makePrivateFolder(path);
  if (made === undefined) return;
  refuseClosed(path);
  for (let folder = path; ; folder = dirname(folder)) {
    rmdirSync(folder);
    if (folder === made) return;
  }
}

function refuseClosed(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    fail('file', `No run can be begun in ${path}, which ${whyOfFolder(error)}. Give another folder with --out.`);
  }
}

/**
 * Creates a run in a folder that is absent, empty, or left by a creation that was killed.
 * @throws FailureError (`run`, `run-locked`) when the folder holds a run or other files, or another process writes it
 */
export function createRun(folder: string, description: RunDescription): RunStore {
  const path = resolve(folder);
  refuseOccupied(path);
  makePrivateFolder(path);
  const lock = lockOrRefuse(path);
  try {
    const key = ensuredKey();
    const database = createDatabase(join(path, databaseName), key, (created) => {
      created
        .prepare('INSERT INTO run (id, created, description) VALUES (1, ?, ?)')
        .run(new Date().toISOString(), JSON.stringify(runDescriptionSchema.parse(description)));
    });
    makePrivateFolder(join(path, weightsName));
    closeToOthers(path);
    return runStore(path, writing(database, key), lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Opens a run: as its one writer, or read-only, which also works beside a writer.
 * @throws FailureError (`run`, `run-locked`) when there is no run, it is of a newer version, damaged, or being written
 */
export function openRun(folder: string, options: { readonly readOnly?: boolean } = {}): RunStore {
  const path = resolve(folder);
  if (!isRunFolder(path)) {
    fail('run', `${path} holds no run (no ${databaseName}). Give the folder that a search wrote.`);
  }
  const lock = options.readOnly === true ? null : lockOrRefuse(path);
  try {
    if (lock !== null) closeToOthers(path);
    const file = join(path, databaseName);
    if (lock === null) return runStore(path, { ...readDatabase(file), key: null }, null);
    const key = ensuredKey();
    return runStore(path, writing(openDatabase(file, key), key), lock);
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** What `use` makes of a run that is open for reading, and closed after it. @throws FailureError as {@link openRun} */
export async function withStore<T>(folder: string, use: (store: RunStore) => T | Promise<T>): Promise<T> {
  const store = openRun(folder, { readOnly: true });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}
