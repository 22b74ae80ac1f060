/**
 * Imports MNIST and what has its files (Fashion-MNIST, KMNIST): IDX arrays of bytes, sizes as 32-bit big-endian numbers
 * after a magic number (http://yann.lecun.com/exdb/mnist, "the IDX file format"), each perhaps packed by gzip.
 */
import { gunzipSync } from 'node:zlib';
import { fail } from '../../../core/failure.ts';
import type { Split } from '../dataset.ts';
import { asOption, fitted } from './fitted.ts';
import type { DatasetImporter, SourceFile } from './importer.ts';

/** `train-images-idx3-ubyte`, with a dot before idx where it was unpacked by some programs. */
const idxName = /^(train|t10k)-(images|labels)[-.]idx[13]-ubyte(\.gz)?$/;
/** 60,000 images of 28 x 28 take 47 MB; sets of the same form have up to five times as many. */
const mostBytes = 300_000_000;
const remedy =
  'Download train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz again and give their folder';

interface IdxArray {
  readonly sizes: readonly number[];
  readonly values: Uint8Array;
}

function unpacked({ name, content }: SourceFile, path: string): Uint8Array {
  if (content[0] !== 0x1f || content[1] !== 0x8b) return content;
  try {
    return gunzipSync(content, { maxOutputLength: mostBytes });
  } catch {
    return fail('dataset', `${name} of ${path} is cut off or damaged: it cannot be unpacked. ${remedy}.`);
  }
}

function idxArray(file: SourceFile, path: string, axes: number): IdxArray {
  const bytes = unpacked(file, path);
  const where = `${file.name} of ${path}`;
  const start = 4 + 4 * axes;
  // Two zeros, 8 for bytes, the number of axes.
  if (bytes.length < start || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== 8 || bytes[3] !== axes) {
    return fail(
      'dataset',
      `${where} is no IDX file of bytes with ${axes} axes: its first four bytes are others. ${remedy}.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizes = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis, false));
  const count = sizes.reduce((product, size) => product * size, 1);
  if (bytes.length !== start + count) {
    return fail(
      'dataset',
      `${where} should have ${start + count} bytes for ${sizes.join(' x ')}, but ends at byte ${bytes.length}. ${remedy}.`,
    );
  }
  return { sizes, values: bytes.subarray(start) };
}

/** One split: its images and labels, as many of each. */
function splitOf(
  files: ReadonlyMap<string, SourceFile>,
  part: 'train' | 't10k',
  path: string,
): { readonly split: Split; readonly size: readonly [number, number] } {
  const file = (what: string): SourceFile =>
    files.get(`${part}-${what}`) ??
    fail('dataset', `${path} lacks ${part}-${what}-idx${what === 'images' ? 3 : 1}-ubyte. ${remedy}.`);
  const images = idxArray(file('images'), path, 3);
  const labels = idxArray(file('labels'), path, 1);
  const [count = 0, height = 0, width = 0] = images.sizes;
  if (count === 0 || height === 0 || width === 0 || height > 1024 || width > 1024) {
    fail(
      'dataset',
      `${file('images').name} of ${path} holds ${images.sizes.join(' x ')} bytes, which are no images. ${remedy}.`,
    );
  }
  if (labels.sizes[0] !== count) {
    fail('dataset', `${path} has ${count} images but ${labels.sizes[0]} labels in ${part}. ${remedy}.`);
  }
  const wrong = labels.values.findIndex((label) => label > 9);
  if (wrong >= 0) {
    fail(
      'dataset',
      `${file('labels').name} of ${path}: label ${wrong} is ${labels.values[wrong]}, not 0 to 9: it is another set in MNIST's form. Save it as an .npz and import that (docs/datasets.md).`,
    );
  }
  return { split: { images: images.values, labels: labels.values, count }, size: [height, width] };
}

export const mnist: DatasetImporter = {
  format: 'mnist-idx',
  title: 'MNIST',
  reads:
    'The folder with its four IDX files, as downloaded (.gz) or unpacked; Fashion-MNIST and KMNIST have the same. Classes are named by their digit.',
  example: 'MNIST/raw',
  options: [asOption],
  nameFor: () => 'mnist',
  limitOf: (name) => (idxName.test(name) ? mostBytes : null),
  recognises: (names, kind) => kind !== 'file' && names.some((name) => idxName.test(name)),
  read(files, path, chosen) {
    const byPart = new Map<string, SourceFile>();
    // Where a file lies beside its packed form, the unpacked one.
    for (const file of [...files].sort((a, b) => b.name.length - a.name.length)) {
      const [, part, what] = idxName.exec(file.name) ?? [];
      byPart.set(`${part}-${what}`, file);
    }
    const train = splitOf(byPart, 'train', path);
    const test = splitOf(byPart, 't10k', path);
    if (train.size.join() !== test.size.join()) {
      fail(
        'dataset',
        `${path} has training images of ${train.size.join(' x ')} and test images of ${test.size.join(' x ')}. ${remedy}.`,
      );
    }
    const images = fitted([1, ...train.size], train.split, test.split, chosen, path);
    return {
      ...images,
      classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
      files: [
        { file: byPart.get('train-images')?.name ?? '', images: train.split.count },
        { file: byPart.get('t10k-images')?.name ?? '', images: test.split.count },
      ],
    };
  },
};
