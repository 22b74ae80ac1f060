/** Images brought to the size that the initial network of a search takes. */
import { fail } from '../../../core/failure.ts';
import type { Split } from '../dataset.ts';
import type { Chosen, ImporterOption } from './importer.ts';

type Shape = readonly [channels: number, height: number, width: number];

const asStored = 'stored';
const searched = '3x32x32';
const side = 32;

/** The option of every importer whose images are smaller than what searches begin with. */
export const asOption: ImporterOption = {
  name: 'as',
  sentence: `Images as they are in the file, or as ${searched}, which the initial network of a search takes: zeros around smaller ones, grey as red, green and blue.`,
  values: [asStored, searched],
};

interface Fitted {
  readonly shape: Shape;
  readonly train: Split;
  readonly test: Split;
  readonly notes: readonly string[];
}

/** [n, c, h, w] to [n, 3, 32, 32]: in the middle of zeros; one channel three times. */
function padded(split: Split, [channels, height, width]: Shape): Split {
  const images = new Uint8Array(split.count * 3 * side * side);
  const top = Math.floor((side - height) / 2);
  const left = Math.floor((side - width) / 2);
  for (let image = 0; image < split.count; image++) {
    for (let channel = 0; channel < 3; channel++) {
      const from = (image * channels + (channels === 1 ? 0 : channel)) * height * width;
      const to = (image * 3 + channel) * side * side;
      for (let row = 0; row < height; row++) {
        const start = from + row * width;
        images.set(split.images.subarray(start, start + width), to + (top + row) * side + left);
      }
    }
  }
  return { ...split, images };
}

/**
 * The images as the person chose by {@link asOption}.
 * @throws FailureError `dataset` where they are larger than 3 x 32 x 32, or have neither one channel nor three
 */
export function fitted(shape: Shape, train: Split, test: Split, chosen: Chosen, path: string): Fitted {
  const [channels, height, width] = shape;
  const isSearched = channels === 3 && height === side && width === side;
  if (chosen(asOption) === asStored) {
    const note = `Images are ${shape.join('x')}; a search begins with a network for ${searched}: import with --as ${searched} for one.`;
    return { shape, train, test, notes: isSearched ? [] : [note] };
  }
  if ((channels !== 1 && channels !== 3) || height > side || width > side) {
    return fail(
      'dataset',
      `${path} has images of ${shape.join('x')}, which do not fit in ${searched}: scale them to ${side} pixels and save them again, or import them as they are.`,
    );
  }
  const changes = [
    ...(height < side || width < side ? [`zeros around ${width} x ${height} pixels`] : []),
    ...(channels === 1 ? ['grey as red, green and blue'] : []),
  ];
  return {
    shape: [3, side, side],
    train: padded(train, shape),
    test: padded(test, shape),
    notes: changes.length === 0 ? [] : [`Made ${searched} of ${shape.join('x')}: ${changes.join(', ')}.`],
  };
}
