/**
 * Imports a NumPy .npz of images and labels by name: MedMNIST's (train_images, train_labels, test_images, test_labels),
 * Keras's (x_train, y_train, x_test, y_test), and whatever a person saves in one of these forms.
 */
import { basename } from 'node:path';
import { fail } from '../../../core/failure.ts';
import { showShape, type Tensor } from '../../../core/tensors/tensor.ts';
import type { Split } from '../dataset.ts';
import { isDatasetName } from '../dataset-name.ts';
import { asOption, fitted } from './fitted.ts';
import type { DatasetImporter } from './importer.ts';
import { type NpzArrays, openNpz } from './npz-arrays.ts';

/** As much as Node reads of a file at once. */
const mostBytes = 2 ** 31 - 1;
const channelCounts: ReadonlySet<number> = new Set([1, 3, 4]);

interface Names {
  readonly train: readonly [images: string, labels: string];
  readonly test: readonly [images: string, labels: string];
  /** Validation images, which are left out. */
  readonly validation: string;
}

const namings: readonly Names[] = [
  {
    train: ['train_images', 'train_labels'],
    test: ['test_images', 'test_labels'],
    validation: 'val_images',
  },
  { train: ['x_train', 'y_train'], test: ['x_test', 'y_test'], validation: 'x_val' },
];

interface Images {
  /** [n, c, h, w] bytes. */
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly shape: readonly [number, number, number];
}

/** [n, h, w, c] to [n, c, h, w]. */
function channelsFirst(data: Uint8Array, count: number, pixels: number, channels: number): Uint8Array {
  const out = new Uint8Array(data.length);
  for (let image = 0; image < count; image++) {
    const start = image * pixels * channels;
    for (let channel = 0; channel < channels; channel++) {
      const to = start + channel * pixels;
      for (let pixel = 0; pixel < pixels; pixel++) out[to + pixel] = data[start + pixel * channels + channel] ?? 0;
    }
  }
  return out;
}

function imagesOf(tensor: Tensor, where: string): Images {
  const { type, shape } = tensor;
  if (type !== 'uint8') {
    return fail(
      'dataset',
      `${where} holds ${type}; images are bytes, 0 to 255. Save it with .astype("uint8"), numbers from 0 to 1 times 255 before.`,
    );
  }
  const [count = 0, ...axes] = shape;
  const [first = 0, second = 0, third = 1] = axes;
  const isLast = axes.length === 3 && channelCounts.has(third);
  const isFirst = axes.length === 3 && !isLast && channelCounts.has(first);
  if (axes.length !== 2 && !isLast && !isFirst) {
    return fail(
      'dataset',
      `${where} is ${showShape(shape)}; images are [N, H, W], [N, H, W, C] or [N, C, H, W] with 1, 3 or 4 channels.`,
    );
  }
  const sizes: readonly [number, number, number] = isFirst ? [first, second, third] : [third, first, second];
  const [channels, height, width] = sizes;
  if (count === 0 || height === 0 || width === 0 || height > 1024 || width > 1024) {
    return fail(
      'dataset',
      `${where} is ${showShape(shape)}; it needs at least one image, of 1 to 1,024 pixels a side.`,
    );
  }
  const bytes = isLast && channels > 1 ? channelsFirst(tensor.data, count, height * width, channels) : tensor.data;
  return { bytes, count, shape: sizes };
}

function labelsOf({ type, shape, data }: Tensor, where: string, count: number): Uint8Array {
  const [length = 0, per = 1] = shape;
  if (shape.length === 2 && per > 1) {
    return fail(
      'dataset',
      `${where} is ${showShape(shape)}: several labels an image. A dataset here has one class an image.`,
    );
  }
  if (shape.length === 0 || shape.length > 2 || type === 'float32' || type === 'float64') {
    return fail('dataset', `${where} is ${type} ${showShape(shape)}; labels are whole numbers, [N] or [N, 1].`);
  }
  if (length !== count) return fail('dataset', `${where} has ${length} labels for ${count} images.`);
  const labels = Array.from(data, Number);
  const wrong = labels.findIndex((label) => label < 0 || label > 255);
  if (wrong >= 0) return fail('dataset', `${where}: label ${wrong} is ${labels[wrong]}, not 0 to 255.`);
  return Uint8Array.from(labels);
}

function splitOf(arrays: NpzArrays, [images, labels]: readonly [string, string], path: string) {
  const { bytes, count, shape } = imagesOf(arrays.array(images), `${path}, array ${images}`);
  const split: Split = {
    images: bytes,
    labels: labelsOf(arrays.array(labels), `${path}, array ${labels}`, count),
    count,
  };
  return { split, shape };
}

/** The file's name as that of a dataset, where it can be one. */
function nameOf(path: string): string {
  const name = basename(path)
    .replace(/\.npz$/i, '')
    .toLowerCase();
  return isDatasetName(name) ? name : 'npz';
}

export const npz: DatasetImporter = {
  format: 'npz',
  title: 'NumPy .npz',
  reads:
    "One file with train_images, train_labels, test_images and test_labels (MedMNIST's names; Keras's x_train, y_train, x_test, y_test too): images uint8, [N, H, W] or [N, H, W, C]; labels whole numbers. Anything else can be saved so (docs/datasets.md).",
  example: 'pathmnist.npz',
  options: [asOption],
  nameFor: nameOf,
  limitOf: (name, kind) => (kind === 'file' && /\.npz$/i.test(name) ? mostBytes : null),
  recognises: (names, kind) => kind === 'file' && names.some((name) => /\.npz$/i.test(name)),
  read([file], path, chosen) {
    if (file === undefined) return fail('internal', 'An import of an .npz has no file.');
    const arrays = openNpz(path, file.content);
    const names = namings.find(({ train, test }) => [...train, ...test].every((name) => arrays.names.includes(name)));
    if (names === undefined) {
      return fail(
        'dataset',
        `${path} has the arrays ${arrays.names.slice(0, 10).join(', ')}; an import takes ${namings.map(({ train, test }) => [...train, ...test].join(', ')).join(', or ')}. Save them under these names with numpy.savez.`,
      );
    }
    const train = splitOf(arrays, names.train, path);
    const test = splitOf(arrays, names.test, path);
    if (train.shape.join() !== test.shape.join()) {
      fail(
        'dataset',
        `${path} has training images of ${train.shape.join('x')} and test images of ${test.shape.join('x')}. Make them equal.`,
      );
    }
    const labels = new Set([...train.split.labels, ...test.split.labels]);
    const classes = Math.max(...labels) + 1;
    if (classes < 2) fail('dataset', `${path} has one class alone. A dataset has at least two.`);
    const validation = arrays.names.includes(names.validation) ? arrays.array(names.validation).shape[0] : undefined;
    const images = fitted(train.shape, train.split, test.split, chosen, path);
    return {
      ...images,
      classes: Array.from({ length: classes }, (_, label) => String(label)),
      files: [{ file: basename(path), images: train.split.count + test.split.count }],
      notes: [
        ...images.notes,
        ...(validation === undefined
          ? []
          : [
              `${names.validation}: ${validation} images that are left out; LLMatic holds out some of the training images.`,
            ]),
      ],
    };
  },
};
