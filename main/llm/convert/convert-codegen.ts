/**
 * A CodeGen checkpoint folder to a GGUF file that llama.cpp runs: streamed tensor by tensor into a file under another
 * name, read back, and only then given its own name.
 */
import { createHash } from 'node:crypto';
import { open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codegenMetadata, storedType } from '../../../core/codegen/gguf-metadata.ts';
import { fail } from '../../../core/failure.ts';
import type { OutputType } from '../../../core/gguf/encode.ts';
import { alignment, type GgufLayout, layGguf } from '../../../core/gguf/write-header.ts';
import { sameShape } from '../../../core/tensors/tensor.ts';
import { writeFailure } from '../../files/file-trouble.ts';
import { checkWritable, finished, unfinishedUntilNamed } from '../../files/whole-file.ts';
import { makeFolder, removeMadeFolders } from '../../private-files.ts';
import { modelProblems } from '../model-description.ts';
import { hashFile, readModelFile } from '../model-file.ts';
import { tensorEncoder } from './encode-tensor.ts';
import { type Checkpoint, readCheckpoint } from './read-checkpoint.ts';

export interface ConversionOptions {
  /** Folder of the checkpoint. */
  readonly folder: string;
  /** The file to write, ending in .gguf; or a folder, in which it is named after checkpoint and type. */
  readonly out: string | { readonly folder: string };
  readonly type: OutputType;
  /** Whether a file of that name may be replaced. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  /** Bytes free in a folder; by default the file system is asked. */
  readonly freeBytes?: (folder: string) => Promise<number>;
  /** All is read and checked: `bytes` are about to be written to `file`. */
  onBegin?(file: string, bytes: number): void;
  /** Bytes written of all, and the tensor under way. */
  onProgress?(written: number, all: number, tensor: string): void;
  /** All is written and will now be read back. */
  onWritten?(): void;
}

export interface Conversion {
  readonly file: string;
  readonly name: string;
  readonly type: OutputType;
  readonly bytes: number;
  readonly sha256: string;
  readonly tensors: number;
  readonly parameters: number;
  readonly tokens: number;
  /** Rows of the embedding without a token. */
  readonly padding: number;
  readonly context: number;
  /** Slices of the fused attention projection: 4, or 8 in some CodeGen2. */
  readonly blocks: number;
  /** Files that were read. */
  readonly weights: readonly string[];
  readonly seconds: number;
}

async function refuseExisting(out: string, force: boolean): Promise<void> {
  const found = await stat(out).catch(() => null);
  if (found === null) return;
  if (!found.isFile()) fail('usage', `${out} is not a file that can be replaced. Give another file (--out).`);
  if (!force) fail('usage', `${out} is there already. Give another file (--out), or let it be replaced (--force).`);
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Longest name, in bytes, that can be made longer and still be a name. */
const longestStem = 200;

/** What the name of an unfinished file begins with: that of the file, or a short one in place of a very long one. */
function partialStem(out: string): string {
  const name = basename(out);
  if (Buffer.byteLength(name) <= longestStem) return `${name}.`;
  return `${createHash('sha256').update(name).digest('hex')}.`;
}

/** Removes what conversions to this file left that were killed: `NAME.PROCESS.partial` of a process that has ended. */
async function removeLeftovers(out: string): Promise<void> {
  const folder = dirname(out);
  const start = partialStem(out);
  for (const name of await readdir(folder)) {
    const middle = /^(\d+)\.partial$/.exec(name.startsWith(start) ? name.slice(start.length) : '')?.[1];
    if (middle === undefined || (Number(middle) !== process.pid && isAlive(Number(middle)))) continue;
    await rm(join(folder, name), { force: true });
  }
}

/** Bytes free where a folder is or would be made. */
export async function freeBytesOf(folder: string): Promise<number> {
  const found = await statfs(folder).catch(() => null);
  if (found !== null) return found.bavail * found.bsize;
  const parent = dirname(folder);
  return parent === folder ? 0 : freeBytesOf(parent);
}

/** What a file is called where only its folder is given. */
export function fileNameOf(name: string, type: OutputType): string {
  return `${name}-${type}.gguf`;
}

/** The file of a checkpoint before a number of it is read: the type of each tensor, and where it will lie. */
export function layOut(
  { name, config, tokenizer, plan }: Checkpoint,
  type: OutputType,
): { readonly types: readonly OutputType[]; readonly layout: GgufLayout } {
  const types = plan.tensors.map((tensor) => storedType(tensor, type));
  const entries = plan.tensors.map((tensor, index) => ({
    name: tensor.name,
    dimensions: [...tensor.shape].reverse(),
    type: (types[index] ?? type).toUpperCase(),
  }));
  return { types, layout: layGguf(codegenMetadata(name, config, tokenizer, type), entries) };
}

/** What writing needs of a checkpoint: its vocabulary lies in the header by then, and is not kept beside it. */
async function laidOut(folder: string, type: OutputType) {
  const checkpoint = await readCheckpoint(folder);
  const { name, config, tokenizer, plan, weights } = checkpoint;
  try {
    const about = {
      name,
      parameters: parametersOf(checkpoint),
      tokens: tokenizer.used,
      padding: tokenizer.tokens.length - tokenizer.used,
      context: config.context,
      blocks: config.blocks,
    };
    return { ...layOut(checkpoint, type), plan, weights, about };
  } catch (error) {
    await weights.close();
    throw error;
  }
}

/** Numbers of all its tensors. */
export function parametersOf({ plan }: Checkpoint): number {
  return [...plan.sources.values()].reduce((sum, shape) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

/** The name that a file has until it is whole and checked; `processId`: of the process that writes it. */
export function partialName(out: string, processId: number): string {
  return join(dirname(out), `${partialStem(out)}${processId}.partial`);
}

async function requireSpace(out: string, bytes: number, freeBytes = freeBytesOf): Promise<void> {
  const free = await freeBytes(dirname(out));
  if (free >= bytes) return;
  const inUnits = (value: number): string =>
    value < 1e7 ? `${Math.floor(value / 1e3)} kB` : `${(value / 1e6).toFixed(1)} MB`;
  fail(
    'disk',
    `${out} needs ${inUnits(bytes)}, but ${inUnits(free)} are free there. Free some, or give a file on another disk (--out) or a smaller type (--type).`,
  );
}

const cannotWrite =
  (out: string) =>
  (error: unknown): never => {
    throw writeFailure(out, error);
  };

/** Writes the whole file under its name for now; returns the SHA-256 of what it wrote. */
async function writeFile(
  { out, partial }: { readonly out: string; readonly partial: string },
  { plan, weights }: Pick<Checkpoint, 'plan' | 'weights'>,
  layout: GgufLayout,
  types: readonly OutputType[],
  { signal, onProgress }: ConversionOptions,
): Promise<string> {
  const handle = await open(partial, 'wx').catch(cannotWrite(out));
  const hash = createHash('sha256');
  let written = 0;
  async function append(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      at += (await handle.write(bytes, at, bytes.length - at).catch(cannotWrite(out))).bytesWritten;
    }
    hash.update(bytes);
    written += bytes.length;
  }
  try {
    await append(layout.header);
    const encoder = tensorEncoder(weights.tensors);
    for (const [index, tensor] of plan.tensors.entries()) {
      const placed = layout.tensors[index];
      const type = types[index];
      if (placed === undefined || type === undefined || placed.offset !== written) {
        return fail('internal', `Tensor ${tensor.name} would be written at ${written}, not at ${placed?.offset}.`);
      }
      for await (const piece of encoder.encode(tensor, type, placed.bytes)) {
        signal?.throwIfAborted();
        await append(piece);
        onProgress?.(written, layout.size, tensor.name);
      }
      if (written !== placed.offset + placed.bytes) {
        return fail('internal', `Tensor ${tensor.name} has ${written - placed.offset} bytes, not ${placed.bytes}.`);
      }
      await append(new Uint8Array((alignment - (written % alignment)) % alignment));
    }
    await handle.sync().catch(cannotWrite(out));
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

/** Reads the file back: every tensor with its name, sizes, type and place, the metadata sound, the same bytes. */
async function verify(path: string, layout: GgufLayout, sha256: string, signal?: AbortSignal): Promise<void> {
  const wrong = (what: string): never =>
    fail(
      'verification',
      `The file read back differs from what was written: ${what}. Check the disk and convert again.`,
    );
  const { header, bytes } = await readModelFile(path);
  if (bytes !== layout.size) wrong(`${bytes} bytes, not ${layout.size}`);
  if (header.tensors.length !== layout.tensors.length) {
    wrong(`${header.tensors.length} tensors, not ${layout.tensors.length}`);
  }
  layout.tensors.forEach((planned, index) => {
    const found = header.tensors[index];
    const same =
      found?.name === planned.name &&
      found.type === planned.type &&
      found.offset === planned.offset &&
      sameShape(found.dimensions, planned.dimensions);
    if (!same) wrong(`tensor ${planned.name} is not as it was written`);
  });
  const [problem] = modelProblems(header, basename(path));
  if (problem !== undefined) wrong(problem.message);
  if ((await hashFile(path, signal)) !== sha256) wrong('its hash');
}

/**
 * Converts a checkpoint. Memory stays at a few pieces of one tensor, whatever the model's size.
 * @throws FailureError `usage`, `file`, `checkpoint`, `unsupported` for what is given, `disk` for too little space,
 * `verification` for a file that reads back differently; the signal's reason. None of them leaves a file.
 */
export async function convertCodegen(options: ConversionOptions): Promise<Conversion> {
  const started = performance.now();
  const { type, signal, force = false } = options;
  if (typeof options.out === 'string') {
    if (!options.out.toLowerCase().endsWith('.gguf')) {
      fail('usage', `${options.out} does not end in .gguf, as models' names do.`);
    }
    await refuseExisting(resolve(options.out), force);
  }
  const { types, layout, plan, weights, about } = await laidOut(options.folder, type);
  const { name } = about;
  try {
    const out = resolve(
      typeof options.out === 'string' ? options.out : join(options.out.folder, fileNameOf(name, type)),
    );
    await refuseExisting(out, force);
    const made = makeFolder(dirname(out));
    const partial = partialName(out, process.pid);
    unfinishedUntilNamed(partial);
    try {
      checkWritable(out, force);
      await removeLeftovers(out);
      await requireSpace(out, layout.size, options.freeBytes);
      signal?.throwIfAborted();
      options.onBegin?.(out, layout.size);
      const sha256 = await writeFile({ out, partial }, { plan, weights }, layout, types, options);
      options.onWritten?.();
      await verify(partial, layout, sha256, signal);
      signal?.throwIfAborted();
      await refuseExisting(out, force);
      await rename(partial, out).catch(cannotWrite(out));
      finished(partial);
      return {
        ...about,
        file: out,
        type,
        bytes: layout.size,
        sha256,
        tensors: layout.tensors.length,
        weights: weights.files,
        seconds: (performance.now() - started) / 1000,
      };
    } finally {
      await rm(partial, { force: true });
      finished(partial);
      // Those that hold nothing, where it failed.
      removeMadeFolders(dirname(out), made);
    }
  } finally {
    await weights.close();
  }
}
