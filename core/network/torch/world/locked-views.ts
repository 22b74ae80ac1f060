/**
 * Views that PyTorch lets nobody change in place where gradients are recorded: outputs of functions that return several
 * views (split, chunk, unbind), views taken under no_grad of what needs a gradient, and views of either.
 */

import { type Place, refuse } from '../../../python/reason.ts';
import type { TensorValue, ViewLock } from './values.ts';
import type { TorchWorld } from './world.ts';

/** The lock of a view of `base` that is taken now. */
export function lockOfView(world: TorchWorld, { tensor }: TensorValue): ViewLock | null {
  if (tensor.lock !== null || world.reading.gradients || !tensor.requiresGrad) return tensor.lock;
  return 'A view was created in no_grad mode and is being modified inplace with grad mode enabled';
}

/** The lock of each of several views that a function returns at once. */
export function lockOfSeveral(world: TorchWorld, name: string): ViewLock | null {
  const why =
    'This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace';
  return world.reading.gradients ? `Output of ${name} is a view and is being modified inplace. ${why}` : null;
}

/** @throws a reason of kind gradient where a locked view would change in training and need a gradient then */
export function checkLock(world: TorchWorld, { tensor }: TensorValue, requiresGrad: boolean, place: Place): void {
  if (tensor.lock === null || !world.reading.gradients || world.reading.mode !== 'training') return;
  if (requiresGrad || tensor.requiresGrad || tensor.lock.startsWith('A view')) refuse('gradient', tensor.lock, place);
}

/** Lets a tensor be what was computed for it, its memory changed. */
export function becomes(world: TorchWorld, x: TensorValue, next: TensorValue, place: Place): TensorValue {
  const { tensor } = x;
  checkLock(world, x, next.tensor.requiresGrad, place);
  tensor.storage.version++;
  tensor.version = tensor.storage.version;
  tensor.value = next.tensor.value;
  tensor.graph = next.tensor.graph;
  tensor.known = next.tensor.known;
  tensor.requiresGrad ||= next.tensor.requiresGrad;
  tensor.writeBack?.(place);
  return x;
}
