/**
 * Imports CIFAR-10 from its official binary version: batches of records, each one label byte (0 to 9) and 3072 bytes of
 * red, green and blue planes, row by row (https://www.cs.toronto.edu/~kriz/cifar.html).
 */
import { basename } from 'node:path';
import { fail } from '../../../core/failure.ts';
import type { Split } from '../dataset.ts';
import type { DatasetImporter, SourceFile } from './importer.ts';

const batchName = /^(?:data_batch_[1-5]|test_batch)\.bin$/;
const metaName = 'batches.meta.txt';
/** Images of an official batch, and bytes of one record: a label, then 3 x 32 x 32 bytes. */
const batchImages = 10_000;
const recordBytes = 3073;

export const binaryVersion =
  'Download "CIFAR-10 binary version (suitable for C programs)", cifar-10-binary.tar.gz, and import that';

const officialClasses: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];
const imageBytes = recordBytes - 1;
const shape: readonly [number, number, number] = [3, 32, 32];

/** Refuses a batch that is empty, ends inside a record, or has a label above 9. */
function checkBatch({ name, content }: SourceFile, path: string): void {
  const where = `${name} of ${path}`;
  if (content.length === 0) fail('dataset', `${where} is empty (0 bytes). ${binaryVersion}.`);
  const beyond = content.length % recordBytes;
  if (beyond !== 0) {
    const record = Math.floor(content.length / recordBytes);
    fail(
      'dataset',
      `${where} is cut off: it ends at byte ${content.length}, inside record ${record}, which starts at byte ` +
        `${content.length - beyond}; a batch is a multiple of ${recordBytes} bytes long. Download it again.`,
    );
  }
  for (let at = 0; at < content.length; at += recordBytes) {
    const label = content[at] ?? 0;
    if (label > 9) {
      fail(
        'dataset',
        `${where}: byte ${at} should be the label of record ${at / recordBytes}, 0 to 9, but is ${label}: ` +
          `the file is damaged or has another layout. ${binaryVersion}.`,
      );
    }
  }
}

/** One split of checked batches, in the order given. */
function splitOf(batches: readonly SourceFile[]): Split {
  const count = batches.reduce((sum, { content }) => sum + content.length / recordBytes, 0);
  const images = new Uint8Array(count * imageBytes);
  const labels = new Uint8Array(count);
  let next = 0;
  for (const { content } of batches) {
    for (let at = 0; at < content.length; at += recordBytes) {
      labels[next] = content[at] ?? 0;
      images.set(content.subarray(at + 1, at + recordBytes), next * imageBytes);
      next++;
    }
  }
  return { images, labels, count };
}

/** Class names by label; the official ones where the download has no list. */
function classNames(files: readonly SourceFile[], path: string): readonly string[] {
  const meta = files.find((file) => file.name === metaName);
  if (meta === undefined) return officialClasses;
  const names = new TextDecoder()
    .decode(meta.content)
    .split(/\r?\n/)
    .map((line) => line.trim());
  const classes = names.filter((name) => name !== '');
  if (classes.length !== 10 || new Set(classes).size !== 10) {
    fail(
      'dataset',
      `${metaName} of ${path} lists ${classes.length} classes; CIFAR-10 has ten different ones. ${binaryVersion}.`,
    );
  }
  return classes;
}

/** In words, what is missing from the official set. */
function differences(batches: readonly SourceFile[]): string[] {
  const notes: string[] = [];
  const missing = [1, 2, 3, 4, 5]
    .map((n) => `data_batch_${n}.bin`)
    .filter((name) => !batches.some((b) => b.name === name));
  if (missing.length > 0) notes.push(`Not there: ${missing.join(', ')}.`);
  for (const { name, content } of batches) {
    const images = content.length / recordBytes;
    if (images !== batchImages) notes.push(`${name} holds ${images} of the official ${batchImages} images.`);
  }
  return notes;
}

export const cifar10: DatasetImporter = {
  format: 'cifar10-binary',
  title: 'CIFAR-10',
  reads:
    'The binary version as downloaded (.tar.gz or .tar), or the folder it unpacks to; batches may be missing, and the result says which.',
  example: 'cifar-10-binary.tar.gz',
  options: [],
  nameFor: () => 'cifar10',
  limitOf: (name) => (batchName.test(name) ? batchImages * recordBytes : name === metaName ? 4096 : null),
  recognises: (names, kind) => kind !== 'file' && names.some((name) => batchName.test(name)),
  read(files, source) {
    const batches = files.filter((file) => file.name !== metaName).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const batch of batches) checkBatch(batch, source);
    const training = batches.filter((batch) => batch.name !== 'test_batch.bin');
    const testing = batches.filter((batch) => batch.name === 'test_batch.bin');
    if (training.length === 0)
      fail('dataset', `${source} holds test_batch.bin but no data_batch_1.bin to data_batch_5.bin. ${binaryVersion}.`);
    if (testing.length === 0) {
      const found = training.map((batch) => batch.name).join(', ');
      fail(
        'dataset',
        `${source} has no test_batch.bin (found: ${found}), so nothing to test networks on. ${binaryVersion}.`,
      );
    }
    return {
      classes: classNames(files, source),
      shape,
      train: splitOf(training),
      test: splitOf(testing),
      files: batches.map((batch) => ({ file: basename(batch.name), images: batch.content.length / recordBytes })),
      notes: differences(batches),
    };
  },
};
