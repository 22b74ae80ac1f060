/**
 * Short hashes of the single fields of a record, kept beside its hash: they name what was changed, which one hash over
 * the whole cannot. A list is one field.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { RunRow, SessionRow, StepRow } from './hashes.ts';

/** By path, such as `result.accuracy.test`. */
export type FieldHashes = ReadonlyMap<string, string>;

/** Hexadecimal digits; enough to tell two values of one field apart, not to prove anything. */
const digits = 8;

function shortHash(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, digits);
}

const objectSchema = z.record(z.string(), z.unknown());

function collect(value: unknown, path: string, into: Map<string, string>): void {
  const object = Array.isArray(value) ? null : objectSchema.safeParse(value).data;
  if (object === null || object === undefined) {
    into.set(path, shortHash(JSON.stringify(value) ?? ''));
    return;
  }
  for (const [name, field] of Object.entries(object)) collect(field, path === '' ? name : `${path}.${name}`, into);
}

/** The value that a text of JSON stands for; undefined where it is none, or deeper than can be read. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(columns: Readonly<Record<string, string | null>>, json: Readonly<Record<string, string>>) {
  const into = new Map<string, string>();
  for (const [name, value] of Object.entries(columns)) into.set(name, shortHash(JSON.stringify(value)));
  for (const [path, text] of Object.entries(json)) {
    const value = parsed(text);
    try {
      if (value !== undefined) collect(value, path, into);
    } catch {
      // Nested deeper than anything that was ever recorded: it has no fields to name.
    }
  }
  return into;
}

/** Of any value. */
export function fieldsOfValue(value: unknown): FieldHashes {
  const into = new Map<string, string>();
  collect(value, '', into);
  return into;
}

export function fieldsOfStep({ candidate, step, recorded, body }: Omit<StepRow, 'sequence'>): FieldHashes {
  return fieldsOf({ '@candidate': candidate, '@step': step, '@recorded': recorded }, { '': body });
}

export function fieldsOfSession({ started, ended, outcome, environment, seconds }: SessionRow): FieldHashes {
  return fieldsOf({ started, ended, outcome }, { environment, seconds });
}

export function fieldsOfRun({ created, description }: RunRow): FieldHashes {
  return fieldsOf({ '@created': created }, { '': description });
}

/** As it is kept. */
export function fieldsText(fields: FieldHashes): string {
  return JSON.stringify(Object.fromEntries(fields));
}

const keptSchema = z.record(z.string(), z.string());

/** Null where the kept text is no such list any more. */
export function readFields(text: string): FieldHashes | null {
  const kept = keptSchema.safeParse(parsed(text));
  return kept.success ? new Map(Object.entries(kept.data)) : null;
}

/** Paths whose value is another than the one that was recorded, or is there in one of both alone. */
export function changedFields(recorded: FieldHashes, found: FieldHashes): string[] {
  const paths = new Set([...recorded.keys(), ...found.keys()]);
  return [...paths].filter((path) => recorded.get(path) !== found.get(path));
}

/** Whether a column of this name held this value. */
export function isField(recorded: FieldHashes, name: string, value: string): boolean {
  return recorded.get(name) === shortHash(JSON.stringify(value));
}
