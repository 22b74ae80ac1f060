/** torch.nn.functional.pad and its layers: constant padding, and reflection, replication and wrapping as selections. */

import { type Place, refuse } from '../../../python/reason.ts';
import { formatShape } from '../../dimensions.ts';
import { laidAs } from '../world/composed-layouts.ts';
import { apply, type Site, sizeAlong } from '../world/operations.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';

const paddingModes = ['constant', 'reflect', 'replicate', 'circular'] as const;
export type PaddingMode = (typeof paddingModes)[number];

export function paddingMode(value: unknown, place: Place): PaddingMode {
  const found = paddingModes.find((mode) => mode === value);
  return found ?? refuse('value', `Unrecognised padding mode ${String(value)}`, place);
}

/** Which place of an axis each place of the padded axis shows. */
function shown(size: number, before: number, after: number, mode: PaddingMode): number[] {
  return Array.from({ length: size + before + after }, (_, i) => {
    const at = i - before;
    if (mode === 'replicate') return Math.min(Math.max(at, 0), size - 1);
    if (mode === 'circular') return ((at % size) + size) % size;
    return at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at;
  });
}

/** `amounts` as PyTorch takes them: the last axis first, before and after. @throws a reason for amounts that do not fit */
export function padTensor(
  world: TorchWorld,
  x: TensorValue,
  amounts: readonly number[],
  mode: PaddingMode,
  value: number,
  site: Site,
): TensorValue {
  const rank = x.tensor.shape.length;
  if (amounts.length % 2 !== 0) refuse('value', 'Padding length must be divisible by 2', site.place);
  if (amounts.length > 2 * rank) {
    refuse('value', 'Padding length should be less than or equal to two times the input dimension', site.place);
  }
  const before = new Array<number>(rank).fill(0);
  const after = new Array<number>(rank).fill(0);
  for (let i = 0; i < amounts.length / 2; i++) {
    before[rank - 1 - i] = amounts[2 * i] ?? 0;
    after[rank - 1 - i] = amounts[2 * i + 1] ?? 0;
  }
  if ([...before, ...after].every((amount) => amount === 0)) return x;
  if (mode === 'constant') return apply(world, 'pad', { before, after, value }, [x], site, 'pad');
  const padded = amounts.length / 2;
  if (padded > 3 || rank < padded + 1 || rank > padded + 2) {
    refuse(
      'unsupported',
      `${site.name}: ${mode} padding of ${padded} axes of an input ${formatShape(x.tensor.shape)} does not exist in PyTorch`,
      site.place,
    );
  }
  const shownAround = before.reduce((result, amount, axis) => {
    const end = after[axis] ?? 0;
    if (amount === 0 && end === 0) return result;
    const size = sizeAlong(result, axis, site);
    const limit = mode === 'reflect' ? size - 1 : mode === 'circular' ? size : Number.POSITIVE_INFINITY;
    if (amount > limit || end > limit) {
      refuse(
        'shape',
        `${site.name}: padding size should be less than the corresponding input dimension, but got: padding (${amount}, ${end}) at dimension ${axis} of input ${formatShape(x.tensor.shape)}`,
        site.place,
      );
    }
    if (amount < 0 || end < 0)
      refuse('unsupported', `${site.name}: negative ${mode} padding is not supported`, site.place);
    world.evaluator.meter.table(2 * (size + amount + end));
    return apply(world, 'gather', { axis, indices: shown(size, amount, end, mode) }, [result], site, 'pad');
  }, x);
  return laidAs(world, shownAround, x, 'suggested');
}
