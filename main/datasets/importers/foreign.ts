/** Datasets that people have and that are not read: what each is told by, and what to do with it instead. */
import { fail } from '../../../core/failure.ts';
import { binaryVersion } from './cifar10.ts';
import type { DatasetImporter, SourceKind } from './importer.ts';

/** A file that was given, or lies in what was given. */
export interface FoundFile {
  /** With the folders that it lies in. */
  readonly path: string;
  readonly bytes: number;
}

export interface Found {
  /** As given. */
  readonly path: string;
  readonly kind: SourceKind;
  readonly files: readonly FoundFile[];
  /** First bytes of one of the files, at least 16 where it has them; none inside an archive. */
  start(path: string): Promise<Uint8Array>;
}

/** How any images come in: the .npz importer reads them. */
const convertRemedy =
  'Save it in Python as an .npz and import that: numpy.savez("NAME.npz", train_images=..., train_labels=..., test_images=..., test_labels=...), images uint8 [N, H, W, C] (docs/datasets.md has the lines)';

interface ForeignForm {
  readonly is: (found: Found) => boolean | Promise<boolean>;
  /** What follows the path in the sentence, and the remedy. */
  readonly sentence: (found: Found) => string;
}

const has = ({ files }: Found, pattern: RegExp): boolean => files.some(({ path }) => pattern.test(path));

const cifarBatch = '(data_batch_[1-5]|test_batch)';
/** A coarse label, a fine label, and 3 x 32 x 32 bytes. */
const cifar100Record = 3074;

async function beginsWith(found: Found, name: RegExp, begin: RegExp): Promise<boolean> {
  const file = found.files.find(({ path }) => name.test(path));
  if (file === undefined) return false;
  return begin.test(Buffer.from(await found.start(file.path)).toString('latin1'));
}

function isBinaryCifar100(found: Found): boolean {
  if (has(found, /(^|\/)(fine|coarse)_label_names\.txt$/)) return true;
  const sizes = ['train.bin', 'test.bin'].map(
    (name) => found.files.find(({ path }) => path.split('/').at(-1) === name)?.bytes,
  );
  return sizes.every((bytes) => bytes !== undefined && bytes > 0 && bytes % cifar100Record === 0);
}

/** Its files have the plainest names: they count only where `train` is a pickle. */
async function isPythonCifar100(found: Found): Promise<boolean> {
  if (has(found, /(^|\/)cifar-100-python\//)) return true;
  if (!has(found, /(^|\/)train$/) || !has(found, /(^|\/)test$/) || !has(found, /(^|\/)meta$/)) return false;
  return found.kind === 'archive' || beginsWith(found, /(^|\/)train$/, /^\x80/);
}

/** Two zeros, 8 for bytes, one to four axes. */
async function isIdx({ kind, files, start }: Found): Promise<boolean> {
  const [file] = files;
  if (kind !== 'file' || file === undefined || file.bytes < 8) return false;
  const [zero, nought, type, axes = 0] = await start(file.path);
  return zero === 0 && nought === 0 && type === 8 && axes >= 1 && axes <= 4;
}

const image = /\.(png|jpe?g|bmp|webp|gif|ppm|tiff?)$/i;

const forms: readonly ForeignForm[] = [
  {
    is: async (found) => isBinaryCifar100(found) || (await isPythonCifar100(found)),
    sentence: () =>
      `is CIFAR-100, which is not read as it is. For CIFAR-10: ${binaryVersion.replace('Download', 'download')}. For CIFAR-100: ${convertRemedy}`,
  },
  {
    is: (found) => has(found, new RegExp(`(^|/)${cifarBatch}\\.mat$`)),
    sentence: () => `is the MATLAB version of CIFAR-10, which is not read. ${binaryVersion}`,
  },
  {
    is: (found) => has(found, new RegExp(`(^|/)(${cifarBatch}|batches\\.meta)$`)),
    sentence: ({ kind }) =>
      `is ${kind === 'file' ? 'one file of ' : ''}the Python (pickle) version of CIFAR-10, which is never loaded. ${binaryVersion}`,
  },
  {
    is: (found) => has(found, new RegExp(`(^|/)${cifarBatch}\\.bin$`)),
    sentence: () =>
      `is a single batch of CIFAR-10. Give the folder that holds it, with test_batch.bin beside it. ${binaryVersion}`,
  },
  {
    is: (found) => has(found, /(^|\/)emnist-.*-ubyte(\.gz)?$/),
    sentence: () => `is EMNIST, whose images lie on their side and whose labels begin at 1. ${convertRemedy}`,
  },
  {
    is: async (found) => has(found, /idx[1-4]-ubyte(\.gz)?$/) || (await isIdx(found)),
    sentence: () =>
      `is one file in MNIST's form (IDX), of the four that are needed. Give the folder that holds train-images, train-labels, t10k-images and t10k-labels`,
  },
  {
    is: (found) => has(found, /(^|\/)(train|test)_X\.bin$/),
    sentence: () => `is STL-10, which is not read. ${convertRemedy}`,
  },
  {
    is: (found) => has(found, /(^|\/)(train|test|extra)_32x32\.mat$/),
    sentence: () => `is SVHN as MATLAB files, which are not read. ${convertRemedy}`,
  },
  { is: (found) => has(found, /\.mat$/i), sentence: () => `is of MATLAB, which is not read. ${convertRemedy}` },
  {
    is: async (found) => has(found, /\.parquet(\.gz)?$/i) || beginsWith(found, /./, /^PAR1/),
    sentence: () => `is Parquet, as Hugging Face keeps datasets, which is not read. ${convertRemedy}`,
  },
  {
    is: async (found) => has(found, /\.arrow$/i) || beginsWith(found, /./, /^ARROW1/),
    sentence: () => `is Arrow, as Hugging Face's datasets keeps it on disk, which is not read. ${convertRemedy}`,
  },
  {
    is: (found) => has(found, /\.tfrecords?(-|$)/i),
    sentence: () => `is TensorFlow's TFRecord, which is not read. ${convertRemedy}`,
  },
  {
    is: async (found) => has(found, /\.(h5|hdf5)$/i) || beginsWith(found, /./, /^\x89HDF/),
    sentence: () => `is HDF5, which is not read. ${convertRemedy}`,
  },
  {
    is: (found) => has(found, image),
    sentence: (found) =>
      `${found.kind === 'file' ? 'is one image' : `holds images as files of their own (${found.files.find(({ path }) => image.test(path))?.path ?? ''})`}, which are not read. ${convertRemedy}`,
  },
  {
    is: async (found) => has(found, /\.npy(\.gz)?$/) || beginsWith(found, /./, /^\x93NUMPY/),
    sentence: () => `holds NumPy arrays as files of their own. ${convertRemedy}`,
  },
  {
    is: (found) => has(found, /\.csv(\.gz)?$/i) && found.kind === 'file',
    sentence: () => `is a table, not images. ${convertRemedy}`,
  },
  {
    is: async (found) =>
      has(found, /\.(pkl|pickle|pt|pth)$/i) || (found.kind === 'file' && (await beginsWith(found, /./, /^\x80/))),
    sentence: () => `is a pickle of Python, which is never loaded. ${convertRemedy}`,
  },
  {
    is: async (found) => found.kind === 'file' && (await beginsWith(found, /./, /^PK/)),
    sentence: () => 'is a zip archive. Unpack it and give its folder',
  },
];

/**
 * Refuses what no importer recognised, by what it is.
 * @throws FailureError `dataset`, always
 */
export async function refuseForeign(importers: readonly DatasetImporter[], found: Found): Promise<never> {
  for (const { is, sentence } of forms) {
    if (await is(found)) return fail('dataset', `${found.path} ${sentence(found)}.`);
  }
  const read = importers.map(({ title, example }) => `${title} (${example})`).join(', ');
  if (found.kind === 'file') {
    return fail(
      'dataset',
      `${found.path} is neither a .tar.gz nor a .tar archive, nor anything else that is read: ${read}.`,
    );
  }
  const names = found.files.slice(0, 5).map(({ path }) => path.split('/').at(-1));
  const what = names.length === 0 ? 'it is empty' : `found: ${names.join(', ')}`;
  return fail('dataset', `${found.path} holds no dataset that is read (${what}). Read are: ${read}.`);
}
