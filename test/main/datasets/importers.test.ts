// Importers of test/golden/datasets/forms, which numpy wrote and read; and a sentence for what is not read.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Dataset, Split } from '../../../main/datasets/dataset.ts';
import { importDataset } from '../../../main/datasets/importers/import-dataset.ts';
import { openDataset } from '../../../main/datasets/registry.ts';
import expected from '../../golden/datasets/forms/expected.json' with { type: 'json' };
import { goldenFolder, refusal, temporaryFolder } from './temporary-home.ts';

const home = temporaryFolder();
const work = temporaryFolder();
const forms = join(goldenFolder, 'forms');

let imports = 0;
async function imported(path: string, choices: Record<string, string> = {}) {
  const name = `set-${imports++}`;
  const { manifest } = await importDataset(path, { home, name, choices });
  return { manifest, dataset: await openDataset(name, home) };
}

function told({ train, test, shape }: Dataset) {
  const of = ({ images, labels, count }: Split) => ({
    shape: [count, ...shape],
    images: createHash('sha256').update(images).digest('hex'),
    labels: [...labels],
  });
  return { train: of(train), test: of(test) };
}

/** A folder or file below a folder of its own; names end with / for folders. */
let given = 0;
function made(files: Readonly<Record<string, string | Uint8Array>>, pick = ''): string {
  const folder = join(work, `given-${given++}`);
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return pick === '' ? folder : join(folder, pick);
}

describe("MNIST's files", () => {
  it.each([
    ['as downloaded, from the folder above', 'MNIST'],
    ['as downloaded, from their folder', 'MNIST/raw'],
    ['unpacked, with a dot in their names', 'dotted'],
  ])('are read as numpy reads them: %s', async (_, place) => {
    const { manifest, dataset } = await imported(join(forms, place));
    expect(told(dataset)).toEqual(expected.grey);
    expect(dataset.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(manifest.source.format).toBe('mnist-idx');
    expect(manifest.source.notes.join()).toContain('import with --as 3x32x32');
  });

  it('are brought to the size of searches, which the manifest notes', async () => {
    const { manifest, dataset } = await imported(join(forms, 'MNIST'), { as: '3x32x32' });
    expect(told(dataset)).toEqual(expected.greySearched);
    expect(manifest.source.notes).toEqual([
      'Made 3x32x32 of 1x28x28: zeros around 28 x 28 pixels, grey as red, green and blue.',
    ]);
  });

  it('come as mnist where no name is given', async () => {
    expect((await importDataset(join(forms, 'dotted'), { home })).manifest.name).toBe('mnist');
  });

  const read = (name: string) => readFileSync(join(forms, 'dotted', name));
  const files = {
    'train-images.idx3-ubyte': read('train-images.idx3-ubyte'),
    'train-labels.idx1-ubyte': read('train-labels.idx1-ubyte'),
    't10k-images.idx3-ubyte': read('t10k-images.idx3-ubyte'),
    't10k-labels.idx1-ubyte': read('t10k-labels.idx1-ubyte'),
  };
  const changed = (name: keyof typeof files, change: (bytes: Buffer) => Uint8Array) => ({
    ...files,
    [name]: change(Buffer.from(files[name])),
  });
  const { 't10k-labels.idx1-ubyte': _, ...three } = files;

  it.each([
    ['a missing file', three, /lacks t10k-labels-idx1-ubyte/],
    ['a cut', changed('train-images.idx3-ubyte', (b) => b.subarray(0, 99)), /should have \d+ bytes .* ends at byte 99/],
    ['another magic', changed('train-labels.idx1-ubyte', (b) => b.fill(9, 2, 3)), /no IDX file of bytes with 1 axes/],
    ['a label above 9', changed('t10k-labels.idx1-ubyte', (b) => b.fill(11, 9, 10)), /label 1 is 11, not 0 to 9/],
    [
      'other counts',
      changed('train-labels.idx1-ubyte', (b) => Buffer.concat([b.fill(8, 7, 8), Buffer.of(0)])),
      /7 images but 8 labels/,
    ],
    [
      'a damaged .gz',
      { ...three, 't10k-labels-idx1-ubyte.gz': gzipSync(files['t10k-labels.idx1-ubyte']).subarray(0, 20) },
      /t10k-labels-idx1-ubyte\.gz .* cut off or damaged/,
    ],
  ])('with %s are refused', async (_name, set, message) => {
    expect(await refusal(importDataset(made(set), { home, name: 'refused' }))).toMatch(message);
  });
});

describe('an .npz', () => {
  it.each([
    ["MedMNIST's, compressed", 'pathmnist.npz', {}, 'colour'],
    ["MedMNIST's, for searches", 'pathmnist.npz', { as: '3x32x32' }, 'colourSearched'],
    ["Keras's, stored", 'keras.npz', {}, 'grey'],
    ["Keras's, for searches", 'keras.npz', { as: '3x32x32' }, 'greySearched'],
    ['with channels first, in column order', 'channels-first.npz', {}, 'colour'],
  ] as const)('%s is read as numpy reads it', async (_, file, choices, key) => {
    const { dataset } = await imported(join(forms, file), choices);
    expect(told(dataset)).toEqual(expected[key]);
    expect(dataset.classes).toHaveLength(Math.max(...expected[key].train.labels, ...expected[key].test.labels) + 1);
  });

  it('is named as its file, and says what is left out', async () => {
    const { manifest } = await importDataset(join(forms, 'pathmnist.npz'), { home });
    expect(manifest.name).toBe('pathmnist');
    expect(manifest.source.notes.join()).toMatch(/val_images: 2 images that are left out/);
  });

  it.each([
    ['large.npz', { as: '3x32x32' }, /images of 1x40x40, which do not fit in 3x32x32/],
    ['several-labels.npz', {}, /train_labels is \[6, 14\]: several labels an image/],
    ['floats.npz', {}, /train_images holds float64; images are bytes.*astype\("uint8"\)/],
    ['names.npz', {}, /has the arrays images, labels; an import takes train_images, train_labels.*numpy\.savez/],
    ['volume.npz', {}, /train_images is \[2, 8, 8, 8\]; images are \[N, H, W\]/],
    ['counts.npz', {}, /train_labels has 5 labels for 6 images/],
    ['negative.npz', {}, /label 0 is -1, not 0 to 255/],
    ['keras.npz', { as: 'huge' }, /--as takes stored or 3x32x32, not "huge"/],
    ['keras.npz', { width: '1' }, /--width is not an option of importing NumPy \.npz: it has --as/],
  ])('%s with %j is refused', async (file, choices, message) => {
    const asked = importDataset(join(forms, file), { home, name: 'refused', choices });
    expect(await refusal(asked)).toMatch(message);
  });

  it('that is cut off or has a turned bit is refused, or holds the same images', async () => {
    const whole = readFileSync(join(forms, 'pathmnist.npz'));
    for (let at = 1; at < whole.length; at += 131) {
      const cut = made({ 'cut.npz': whole.subarray(0, at) }, 'cut.npz');
      expect(await refusal(importDataset(cut, { home, name: 'refused' }))).toMatch(/cut\.npz/);
      const turned = Buffer.from(whole);
      turned[at]! ^= 1 << (at % 8);
      const path = made({ 'turned.npz': turned }, 'turned.npz');
      const name = `turned-${at}`;
      const read = await importDataset(path, { home, name }).then(
        () => true,
        async (error: unknown) => (await refusal(Promise.reject(error))) === '',
      );
      if (read) expect(told(await openDataset(name, home))).toEqual(expected.colour);
    }
  });
});

describe('what is not read is told by what it is', () => {
  const record = new Uint8Array(3074);
  const pickle = Buffer.from('80027d712e', 'hex');
  const png = Buffer.from('89504e470d0a1a0a', 'hex');
  const idx = gunzipSync(readFileSync(join(forms, 'MNIST', 'raw', 'train-images-idx3-ubyte.gz')));
  it.each([
    ["CIFAR-100's binary version by its sizes", { 'train.bin': record, 'test.bin': record }, '', /is CIFAR-100,/],
    ["CIFAR-100's Python version", { train: pickle, test: pickle, meta: pickle }, '', /is CIFAR-100,/],
    [
      'train.bin and test.bin of other sizes',
      { 'train.bin': 'a', 'test.bin': 'b' },
      '',
      /holds no dataset that is read \(found: test\.bin, train\.bin\)/,
    ],
    ['train and test that are no pickles', { train: 'a', test: 'b', meta: 'c' }, '', /holds no dataset that is read/],
    [
      'folders train and test',
      { 'train/cat/1.png': png, 'test/cat/2.png': png },
      '',
      /images as files of their own \(test\/cat\/2\.png\).*numpy\.savez/,
    ],
    ['one image', { 'cat.jpg': 'x' }, 'cat.jpg', /is one image/],
    ['a single batch', { 'data_batch_1.bin': record }, 'data_batch_1.bin', /is a single batch of CIFAR-10/],
    [
      'a single batch of Python',
      { data_batch_1: pickle },
      'data_batch_1',
      /is one file of the Python \(pickle\) version/,
    ],
    ['the Python version', { 'cifar-10-batches-py/data_batch_1': pickle }, '', /is the Python \(pickle\) version/],
    ['one IDX file', { 'train-images-idx3-ubyte': idx }, 'train-images-idx3-ubyte', /one file in MNIST's form \(IDX\)/],
    [
      'one packed IDX file',
      { 'a-idx3-ubyte.gz': gzipSync(idx) },
      'a-idx3-ubyte.gz',
      /one file in MNIST's form \(IDX\)/,
    ],
    ['an IDX file of another name', { 'images.bin': idx }, 'images.bin', /one file in MNIST's form \(IDX\)/],
    ['EMNIST', { 'emnist-letters-train-images-idx3-ubyte.gz': 'x' }, '', /is EMNIST/],
    ['Parquet', { 'data/train-00000-of-00001.parquet': 'PAR1' }, '', /is Parquet, as Hugging Face/],
    ['Parquet under another name', { data: 'PAR1' }, 'data', /is Parquet, as Hugging Face/],
    ['Arrow', { 'train/data-00000-of-00001.arrow': 'ARROW1' }, '', /is Arrow/],
    ['SVHN', { 'train_32x32.mat': 'MATLAB' }, '', /is SVHN/],
    ['STL-10', { 'stl10_binary/train_X.bin': 'x' }, '', /is STL-10/],
    ['HDF5', { 'camelyon.h5': 'x' }, 'camelyon.h5', /is HDF5/],
    ['loose arrays', { 'x_train.npy': 'x' }, '', /NumPy arrays as files of their own/],
    ['a pickle', { 'mnist.pkl': pickle }, 'mnist.pkl', /is a pickle of Python, which is never loaded/],
    ['a zip archive', { 'archive.zip': 'PK\u0003\u0004' }, 'archive.zip', /is a zip archive\. Unpack it/],
    ['a table', { 'train.csv': '1,2' }, 'train.csv', /is a table, not images/],
  ])('%s', async (_, files, pick, message) => {
    const path = made(files, pick);
    const said = await refusal(importDataset(path, { home, name: 'refused' }));
    expect(said).toMatch(message);
    expect(said.startsWith(path)).toBe(true);
  });
});
