/** Files that a command writes for a person: checked before the work, written whole after it, nobody's file lost to them. */
import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import { fail } from '../../../core/failure.ts';
import { checkWritable, writeWholeFile } from '../../files/whole-file.ts';
import { type Options, textOption } from './options.ts';

/** Kinds of file by how their first bytes look: what a command wrote there before, it may write anew. */
const kinds = {
  safetensors: (head: Uint8Array) => head[8] === 0x7b && head[5] === 0 && head[6] === 0 && head[7] === 0,
  npy: (head: Uint8Array) => head[0] === 0x93 && String.fromCharCode(...head.subarray(1, 6)) === 'NUMPY',
  'JSON lines': (head: Uint8Array) => head[0] === 0x7b,
} as const;

export type OutputKind = keyof typeof kinds;

/** The first bytes of a file. */
function headOf(file: string): Uint8Array {
  const descriptor = openSync(file, 'r');
  try {
    const head = new Uint8Array(9);
    return head.subarray(0, readSync(descriptor, head));
  } finally {
    closeSync(descriptor);
  }
}

/** Whether a file is empty or of the kind that is written. */
function isOfKind(file: string, kind: OutputKind): boolean {
  const head = headOf(file);
  return head.length === 0 || kinds[kind](head);
}

/** For `--force`. */
export const forceOption = { force: { type: 'boolean' } } as const;

export interface Output {
  /** As it was given. */
  readonly path: string;
  /** @throws FailureError naming the file and the cause; nothing of it is left then */
  write(bytes: Uint8Array): void;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * The file of an output option; null where it is not given. `inputs`: files that the command reads and must not lose.
 * @throws FailureError before the work is done, `usage`, `file` or `exists`
 */
export function outputOption(
  options: Options,
  name: string,
  kind: OutputKind,
  inputs: readonly (string | null)[],
): Output | null {
  const path = textOption(options, name);
  if (path === null) return null;
  if (inputs.some((input) => input !== null && realPath(input) === realPath(path))) {
    fail('usage', `--${name} ${path} is one of the files that are read. Give another file.`);
  }
  const replace = (file: string): boolean => {
    if (options.force === true || isOfKind(file, kind)) return true;
    const what = `--${name} ${path} is there already, and is no ${kind} file that could be written anew`;
    return fail('exists', `${what}. Give another file, or let it be replaced with --force.`);
  };
  checkWritable(path, replace);
  return { path, write: (bytes) => writeWholeFile(path, bytes, replace) };
}

/** As {@link outputOption}, for an option that must be given. */
export function requiredOutput(
  options: Options,
  name: string,
  kind: OutputKind,
  inputs: readonly (string | null)[],
): Output {
  return outputOption(options, name, kind, inputs) ?? fail('usage', `--${name} is missing: the ${kind} file to write.`);
}
