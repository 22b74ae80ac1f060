/** The files of a download, from a folder, a tar archive (gzip or plain) or a single file, and the importer that reads them. */
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { fail } from '../../../core/failure.ts';
import { whyOfFile } from '../../files/file-trouble.ts';
import { isTarHeader, readTar } from '../tar-reader.ts';
import { type Found, type FoundFile, refuseForeign } from './foreign.ts';
import type { DatasetImporter, ReadOptions, SourceFile } from './importer.ts';

type Importers = readonly [DatasetImporter, ...DatasetImporter[]];

export interface Source {
  readonly importer: DatasetImporter;
  /** Those that the importer reads, each at most once, in no fixed order. */
  readonly files: readonly SourceFile[];
}

/** Folders below the given one that are looked into: `cifar-10-batches-bin`, `MNIST/raw`, `train/cat`. */
const deepest = 6;
/** Names of files, and folders, that are looked at: enough to tell what a download is. */
const mostNames = 2000;

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

/** Names in a folder, in order; none where one below the given folder cannot be read. */
async function namesIn(folder: string, isGiven: boolean): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    return isGiven ? fail('file', `${folder} ${whyOfFile(error)}.`) : [];
  }
}

/** Files of a folder and of the folders in it, those that lie higher first; links count as what they lead to. */
async function filesBelow(folder: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  let folders = 1;
  let level = [''];
  for (let depth = 0; depth <= deepest && level.length > 0; depth++) {
    const next: string[] = [];
    for (const place of level) {
      for (const name of await namesIn(join(folder, place), place === '')) {
        if (found.length >= mostNames) return found;
        const path = place === '' ? name : `${place}/${name}`;
        const there = await stat(join(folder, path)).catch(() => null);
        if (there?.isFile() === true) found.push({ path, bytes: there.size });
        else if (there?.isDirectory() === true && folders < mostNames) {
          folders++;
          next.push(path);
        }
      }
    }
    level = next;
  }
  return found;
}

/** What a folder holds, by the folder that each file lies in; the given one first. */
function byFolder(files: readonly FoundFile[]): ReadonlyMap<string, readonly FoundFile[]> {
  const folders = new Map<string, FoundFile[]>();
  for (const file of files) {
    const place = file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')));
    folders.set(place, [...(folders.get(place) ?? []), file]);
  }
  return folders;
}

const namesOf = (files: readonly FoundFile[]): string[] => files.map(({ path }) => basename(path));

async function fromFolder(path: string, importers: Importers, options: ReadOptions): Promise<Source> {
  const all = await filesBelow(path);
  for (const inside of byFolder(all).values()) {
    const importer = importers.find(({ recognises }) => recognises(namesOf(inside), 'folder'));
    if (importer === undefined) continue;
    const files: SourceFile[] = [];
    for (const { path: place, bytes } of inside) {
      const name = basename(place);
      const limit = importer.limitOf(name, 'folder');
      if (limit === null) continue;
      options.signal?.throwIfAborted();
      const file = join(path, place);
      if (bytes > limit) {
        fail('dataset', `${file} has ${bytes} bytes, more than the ${limit} that such a file can have.`);
      }
      options.onProgress?.(`Reading ${name}`);
      files.push({ name, content: await readFile(file) });
    }
    return { importer, files };
  }
  return refuseForeign(importers, {
    path,
    kind: 'folder',
    files: all,
    start: (file) => firstBytes(join(path, file), 16),
  });
}

async function fromArchive(
  path: string,
  zipped: boolean,
  size: number,
  importers: Importers,
  options: ReadOptions,
): Promise<Source> {
  const limitOf = (entry: string): number | null => {
    const limits = importers.flatMap((importer) => importer.limitOf(basename(entry), 'archive') ?? []);
    return limits.length === 0 ? null : Math.max(...limits);
  };
  const stream = zipped ? gunzipped(path, size) : createReadStream(path);
  const files: SourceFile[] = [];
  const all: FoundFile[] = [];
  for await (const entry of readTar(stream, path, limitOf)) {
    options.signal?.throwIfAborted();
    if (all.length < mostNames && entry.kind !== 'folder') all.push({ path: entry.path, bytes: entry.size });
    const name = basename(entry.path);
    if (entry.kind === 'link' && limitOf(entry.path) !== null) {
      fail('dataset', `${path}: ${entry.path} is a link, not a file. Download it again.`);
    }
    if (entry.content === null) continue;
    if (files.some((file) => file.name === name)) fail('dataset', `${path} holds ${name} twice. Download it again.`);
    options.onProgress?.(`Reading ${name}`);
    files.push({ name, content: entry.content });
  }
  const importer = importers.find(({ recognises }) => recognises(namesOf(all), 'archive'));
  if (importer !== undefined)
    return { importer, files: files.filter(({ name }) => importer.limitOf(name, 'archive') !== null) };
  return refuseForeign(importers, { path, kind: 'archive', files: all, start: async () => new Uint8Array(0) });
}

async function fromFile(path: string, size: number, importers: Importers, options: ReadOptions): Promise<Source> {
  const name = basename(path);
  const start = await firstBytes(path, 512);
  const importer = importers.find(({ recognises }) => recognises([name], 'file'));
  if (importer !== undefined) {
    const limit = importer.limitOf(name, 'file') ?? 0;
    if (size > limit) fail('dataset', `${path} has ${size} bytes, more than the ${limit} that such a file can have.`);
    options.onProgress?.(`Reading ${name}`);
    return { importer, files: [{ name, content: await readFile(path) }] };
  }
  const found: Found = { path, kind: 'file', files: [{ path: name, bytes: size }], start: async () => start };
  const zipped = start[0] === 0x1f && (start[1] === 0x8b || start.length === 1);
  // One compressed file is no archive, whatever is in it.
  const isArchive = isTarHeader(start) || (zipped && !/ubyte\.gz$|\.(npy|csv|json|parquet)\.gz$/.test(name));
  return isArchive ? fromArchive(path, zipped, size, importers, options) : refuseForeign(importers, found);
}

/**
 * The files of a download and the importer that they are for, the first of `importers` that recognises them.
 * @throws FailureError `file` when `path` does not exist, `dataset` when it is truncated, foreign or empty: what it is
 */
export async function readSource(path: string, importers: Importers, options: ReadOptions): Promise<Source> {
  const found = await stat(path).catch(() => null);
  if (found === null) fail('file', `${path} does not exist. Give a folder or a file.`);
  if (found.isDirectory()) return fromFolder(path, importers, options);
  if (!found.isFile()) fail('file', `${path} is neither a file nor a folder.`);
  if (found.size === 0) fail('dataset', `${path} is empty (0 bytes). Download it again.`);
  return fromFile(path, found.size, importers, options);
}
