/** The files of a CIFAR-10 download, from a folder or a tar archive (gzip or plain), and which other download it is if not. */
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { fail } from '../../core/failure.ts';
import { isTarHeader, readTar } from './tar-reader.ts';

const batchName = /^(?:data_batch_[1-5]|test_batch)\.bin$/;
export const metaName = 'batches.meta.txt';
/** Images of an official batch, and bytes of one record: a label, then 3 x 32 x 32 bytes. */
export const batchImages = 10_000;
export const recordBytes = 3073;

export const binaryVersion =
  'Download "CIFAR-10 binary version (suitable for C programs)", cifar-10-binary.tar.gz, and import that';

/** A file of the download that the importer reads, whole in memory. */
export interface SourceFile {
  readonly name: string;
  readonly content: Uint8Array;
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** A line for people. */
  readonly onProgress?: (line: string) => void;
}

/** Most bytes a file of this name may have, null for a file that is not read. */
function limitOf(path: string): number | null {
  const name = basename(path);
  if (batchName.test(name)) return batchImages * recordBytes;
  return name === metaName ? 4096 : null;
}

/** Refuses a download without a readable batch by what its names show it to be. */
function refuseForeign(path: string, names: readonly string[]): never {
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  const found = names.slice(0, 5).map((name) => basename(name));
  if (
    has(/^cifar-100|fine_label_names|coarse_label_names/) ||
    (has(/(^|\/)train(\.bin)?$/) && has(/(^|\/)test(\.bin)?$/))
  ) {
    fail('dataset', `${path} is CIFAR-100, which has 100 classes and cannot be imported. ${binaryVersion}.`);
  }
  if (has(/(^|\/)(data_batch_[1-5]|test_batch)\.mat$/)) {
    fail('dataset', `${path} is the MATLAB version of CIFAR-10, which is not read. ${binaryVersion}.`);
  }
  if (has(/(^|\/)(data_batch_[1-5]|test_batch|batches\.meta)$/)) {
    fail('dataset', `${path} is the Python (pickle) version of CIFAR-10, which is never loaded. ${binaryVersion}.`);
  }
  fail(
    'dataset',
    `${path} holds no data_batch_1.bin to data_batch_5.bin (${found.length === 0 ? 'it is empty' : `found: ${found.join(', ')}`}). ${binaryVersion}.`,
  );
}

async function fromFolder(path: string, options: ReadOptions): Promise<SourceFile[]> {
  const inner = join(path, 'cifar-10-batches-bin');
  const folder = (await stat(inner).catch(() => null))?.isDirectory() === true ? inner : path;
  const names = (await readdir(folder)).sort();
  if (!names.some((name) => batchName.test(name))) {
    refuseForeign(path, folder === path ? [basename(path), ...names].slice(names.length === 0 ? 1 : 0) : names);
  }
  const files: SourceFile[] = [];
  for (const name of names) {
    const limit = limitOf(name);
    if (limit === null) continue;
    options.signal?.throwIfAborted();
    const file = join(folder, name);
    const { size } = await stat(file);
    if (size > limit) {
      fail('dataset', `${file} has ${size} bytes, more than the ${limit} that such a file can have. ${binaryVersion}.`);
    }
    options.onProgress?.(`Reading ${name}`);
    files.push({ name, content: await readFile(file) });
  }
  return files;
}

/** First bytes of a file, at most `size`. */
async function firstBytes(path: string, size: number): Promise<Uint8Array> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(size), 0, size, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The unpacked stream of a .tar.gz; what zlib finds wrong is named with the byte of the file. */
async function* gunzipped(path: string, size: number): AsyncGenerator<Uint8Array> {
  const input = createReadStream(path);
  const gunzip = createGunzip();
  input.on('error', (error) => gunzip.destroy(error));
  input.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'Z_BUF_ERROR') {
      fail('dataset', `${path} is cut off: it ends at byte ${size}, inside its compressed content. Download it again.`);
    }
    if (code === 'Z_DATA_ERROR') {
      const near = `near byte ${gunzip.bytesWritten}`;
      const why = error instanceof Error ? error.message : String(error);
      fail(
        'dataset',
        `${path} is damaged ${near}: its compressed content cannot be unpacked (${why}). Download it again.`,
      );
    }
    throw error;
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}

async function fromArchive(path: string, size: number, options: ReadOptions): Promise<SourceFile[]> {
  const start = await firstBytes(path, 512);
  const zipped = start[0] === 0x1f && (start[1] === 0x8b || start.length === 1);
  if (!zipped && !isTarHeader(start)) {
    const shown = Buffer.from(start.subarray(0, 4)).toString('hex').replace(/../g, '$& ').trim();
    if (batchName.test(basename(path))) {
      fail('dataset', `${path} is a single batch. Give the folder that holds it, with test_batch.bin beside it.`);
    }
    fail('dataset', `${path} is neither a .tar.gz nor a .tar archive (byte 0 onwards: ${shown}). ${binaryVersion}.`);
  }
  const stream = zipped ? gunzipped(path, size) : createReadStream(path);
  const files: SourceFile[] = [];
  const names: string[] = [];
  for await (const entry of readTar(stream, path, limitOf)) {
    options.signal?.throwIfAborted();
    if (names.length < 1000) names.push(entry.path);
    const name = basename(entry.path);
    if (entry.kind === 'link' && limitOf(entry.path) !== null) {
      fail('dataset', `${path}: ${entry.path} is a link, not a file. ${binaryVersion}.`);
    }
    if (entry.content === null) continue;
    if (files.some((file) => file.name === name)) fail('dataset', `${path} holds ${name} twice. ${binaryVersion}.`);
    options.onProgress?.(`Reading ${name}`);
    files.push({ name, content: entry.content });
  }
  if (!files.some((file) => batchName.test(file.name))) refuseForeign(path, names);
  return files;
}

/**
 * The batches and class names of a download, each at most once, in no fixed order; at least one batch.
 * @throws FailureError `file` when `path` does not exist, `dataset` when it is truncated, foreign or empty
 */
export async function readSource(path: string, options: ReadOptions): Promise<SourceFile[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) fail('file', `${path} does not exist. Give a folder or a .tar.gz file.`);
  if (found.isDirectory()) return fromFolder(path, options);
  if (!found.isFile()) fail('file', `${path} is neither a file nor a folder.`);
  if (found.size === 0) fail('dataset', `${path} is empty (0 bytes). Download it again.`);
  return fromArchive(path, found.size, options);
}
