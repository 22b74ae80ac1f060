/** A dataset on disk: one folder with manifest.json and data.bin, written aside and renamed so that it is whole or absent. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { fail, failureOf } from '../../core/failure.ts';
import { writeFailure } from '../files/file-trouble.ts';
import { readJsonFile } from '../files/json-file.ts';
import { finished, unfinishedUntilNamed } from '../files/whole-file.ts';
import { makePrivateFolder, privateFile } from '../private-files.ts';
import { contentHash, type Dataset, type Split } from './dataset.ts';

const count = z.int().min(0).max(10_000_000);

const manifestSchema = z.strictObject({
  /** Version of this record and of the layout of data.bin. */
  version: z.literal(1),
  name: z.string().min(1),
  /** SHA-256 of the content, as `contentHash` defines it. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  classes: z.array(z.string().min(1)).min(2).max(256),
  shape: z.tuple([z.int().min(1).max(16), z.int().min(1).max(1024), z.int().min(1).max(1024)]),
  train: z.strictObject({ count }),
  test: z.strictObject({ count }),
  source: z.strictObject({
    /** Layout of the files it was read from: the word of an importer, perhaps of a later version. */
    format: z.string().min(1).max(100),
    /** Files read, with the images of each. */
    files: z.array(z.strictObject({ file: z.string(), images: count })),
    /** What differs from the official set, in sentences. */
    notes: z.array(z.string()),
  }),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Content of data.bin in order: training images, training labels, test images, test labels. */
export function packed(content: Pick<Dataset, 'train' | 'test'>): Uint8Array[] {
  return [content.train.images, content.train.labels, content.test.images, content.test.labels];
}

/** The splits inside the bytes of a data.bin, without copying; null when the length is not the one expected. */
export function unpacked(
  bytes: Uint8Array,
  shape: readonly [number, number, number],
  trainCount: number,
  testCount: number,
): { readonly train: Split; readonly test: Split } | null {
  const imageBytes = shape[0] * shape[1] * shape[2];
  if (bytes.length !== (trainCount + testCount) * (imageBytes + 1)) return null;
  const splitAt = (start: number, images: number): Split => {
    const end = start + images * imageBytes;
    return { images: bytes.subarray(start, end), labels: bytes.subarray(end, end + images), count: images };
  };
  return { train: splitAt(0, trainCount), test: splitAt(trainCount * (imageBytes + 1), testCount) };
}

/** Reads the manifest of a dataset's folder. @throws FailureError `dataset` when it is missing or not a manifest */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, 'manifest.json');
  const remedy = 'Remove the folder and import the dataset again.';
  let value: unknown;
  try {
    value = readJsonFile(file);
  } catch (error) {
    fail('dataset', `${failureOf(error).message} ${remedy}`);
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    fail('dataset', `${file} is not a dataset manifest of version 1: ${z.prettifyError(parsed.error)}. ${remedy}`);
  }
  return parsed.data;
}

/** Opens a stored dataset; its bytes are checked against the manifest. @throws FailureError `dataset` when damaged */
export async function openStored(folder: string): Promise<Dataset> {
  const manifest = await readManifest(folder);
  const file = join(folder, 'data.bin');
  const bytes = await readFile(file).catch((error: Error) =>
    fail('dataset', `${error.message}. Remove ${folder} and import the dataset again.`),
  );
  const { name, hash, classes, shape } = manifest;
  const splits = unpacked(bytes, shape, manifest.train.count, manifest.test.count);
  if (splits === null) {
    fail(
      'dataset',
      `${file} is ${bytes.length} bytes long, not what its manifest says. Remove ${folder} and import again.`,
    );
  }
  const content = { classes, shape, ...splits };
  if (contentHash(content) !== hash) {
    fail(
      'dataset',
      `${file} does not have the hash in its manifest: it was changed. Remove ${folder} and import again.`,
    );
  }
  return { name, hash, ...content };
}

async function writeWhole(file: string, parts: readonly Uint8Array[]): Promise<void> {
  try {
    const handle = await open(file, 'wx', privateFile);
    try {
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw writeFailure(file, error);
  }
}

/** Writes a file under a name of its own first, then renames it: readers see the old content or the new, never a part. */
export async function replaceFile(folder: string, name: string, parts: readonly Uint8Array[]): Promise<void> {
  makePrivateFolder(folder);
  const aside = join(folder, `.${name}-${randomUUID()}`);
  unfinishedUntilNamed(aside);
  try {
    await writeWhole(aside, parts);
    await rename(aside, join(folder, name));
  } finally {
    await rm(aside, { force: true });
    finished(aside);
  }
}

/**
 * Stores a dataset as `folder`/NAME. Returns false, writing nothing, when exactly this content is stored there already.
 * @throws FailureError `dataset` when NAME is taken by other content
 */
export async function store(
  folder: string,
  manifest: Manifest,
  content: Pick<Dataset, 'train' | 'test'>,
): Promise<boolean> {
  const place = join(folder, manifest.name);
  if (await holds(place, manifest)) return false;
  makePrivateFolder(folder);
  const aside = join(folder, `.import-${randomUUID()}`);
  unfinishedUntilNamed(aside);
  try {
    await mkdir(aside, { mode: 0o700 });
    await writeWhole(join(aside, 'data.bin'), packed(content));
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    await writeWhole(join(aside, 'manifest.json'), [new TextEncoder().encode(text)]);
    try {
      await rename(aside, place);
    } catch (error) {
      // Another import may have been quicker; anything else is a fault of the file system.
      if (await holds(place, manifest)) return false;
      throw error;
    }
  } finally {
    await rm(aside, { recursive: true, force: true });
    finished(aside);
  }
  return true;
}

/** Whether the content is stored at `place`; false when nothing is there. */
async function holds(place: string, manifest: Manifest): Promise<boolean> {
  const there = await stat(place).catch(() => null);
  if (there === null) return false;
  const stored = await readManifest(place);
  if (stored.hash === manifest.hash) {
    await openStored(place);
    return true;
  }
  return fail(
    'dataset',
    `There is another dataset named ${JSON.stringify(manifest.name)} in ${place}. Choose another name with --name, or remove that folder first.`,
  );
}
