/**
 * The tensors that a PyTorch state dict names, from the pickle of its zip file: element type, sizes, and which bytes of
 * which storage. Source: torch/_utils.py (`_rebuild_tensor_v2`) and torch/serialization.py (`persistent_id`).
 */
import { fail } from '../failure.ts';
import { elementCount } from '../tensors/tensor.ts';
import { type PickleValue, readPickle } from './pickle.ts';

export interface TorchTensor {
  readonly name: string;
  /** Names as safetensors has them: `F32`, `F16`, `BF16`, ... */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** The storage's key: its bytes are the zip entry `data/KEY`. */
  readonly storage: string;
  /** First byte in the storage. */
  readonly begin: number;
  readonly bytes: number;
}

const storageTypes: ReadonlyMap<string, { readonly dtype: string; readonly width: number }> = new Map([
  ['torch.FloatStorage', { dtype: 'F32', width: 4 }],
  ['torch.HalfStorage', { dtype: 'F16', width: 2 }],
  ['torch.BFloat16Storage', { dtype: 'BF16', width: 2 }],
  ['torch.DoubleStorage', { dtype: 'F64', width: 8 }],
  ['torch.CharStorage', { dtype: 'I8', width: 1 }],
  ['torch.ShortStorage', { dtype: 'I16', width: 2 }],
  ['torch.IntStorage', { dtype: 'I32', width: 4 }],
  ['torch.LongStorage', { dtype: 'I64', width: 8 }],
  ['torch.ByteStorage', { dtype: 'U8', width: 1 }],
  ['torch.BoolStorage', { dtype: 'BOOL', width: 1 }],
]);

const rebuildTensor = 'torch._utils._rebuild_tensor_v2';
const rebuildParameter = 'torch._utils._rebuild_parameter';
const allowedNames: ReadonlySet<string> = new Set([
  'collections.OrderedDict',
  rebuildTensor,
  rebuildParameter,
  ...storageTypes.keys(),
]);

function sizesOf(value: PickleValue | undefined): readonly number[] | null {
  if (typeof value !== 'object' || value === null || (value.kind !== 'tuple' && value.kind !== 'list')) return null;
  const sizes: number[] = [];
  for (const item of value.items) {
    if (typeof item !== 'number' || !Number.isInteger(item) || item < 0) return null;
    sizes.push(item);
  }
  return sizes;
}

/** Whether elements lie one after another in row-major order; an axis of size 1 may have any step. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 0;
    if (size !== 1 && strides[axis] !== step) return false;
    step *= size;
  }
  return true;
}

function tensorOf(file: string, name: string, value: PickleValue): TorchTensor {
  if (typeof value === 'object' && value?.kind === 'call' && value.name === rebuildParameter) {
    return tensorOf(file, name, value.args[0] ?? null);
  }
  if (typeof value !== 'object' || value?.kind !== 'call' || value.name !== rebuildTensor) {
    return fail(
      'checkpoint',
      `${file} has ${name}, which is not a tensor: it is not a plain state dict. Save the weights again with torch.save(model.state_dict(), ...).`,
    );
  }
  const damaged = (what: string): never =>
    fail('checkpoint', `${file} is damaged: tensor ${name} ${what}. Copy or download it again.`);
  const [storage, offset, sizes, steps] = value.args;
  const id = typeof storage === 'object' && storage?.kind === 'persistent' ? storage.id : null;
  if (typeof id !== 'object' || id?.kind !== 'tuple') return damaged('has no storage');
  const [word, kind, key, , held] = id.items;
  if (word !== 'storage' || typeof kind !== 'object' || kind?.kind !== 'global' || typeof key !== 'string') {
    return damaged('has no storage');
  }
  const type = storageTypes.get(kind.name);
  const shape = sizesOf(sizes);
  const strides = sizesOf(steps);
  if (type === undefined || shape === null || strides === null || shape.length !== strides.length) {
    return damaged('has no sizes');
  }
  if (typeof offset !== 'number' || offset < 0 || !Number.isInteger(offset)) return damaged('has no place');
  const elements = elementCount(shape);
  const contiguous = elements === 0 || isContiguous(shape, strides);
  if (contiguous && (typeof held !== 'number' || offset + elements > held)) {
    return damaged(`takes elements ${offset} to ${offset + elements} of a storage of ${String(held)}`);
  }
  if (!contiguous) {
    return fail(
      'checkpoint',
      `${file} keeps tensor ${name} transposed or with gaps. Save the weights again with each tensor made .contiguous().`,
    );
  }
  const { dtype, width } = type;
  return { name, dtype, shape, storage: key, begin: offset * width, bytes: elements * width };
}

/**
 * The tensors of a state dict, from the bytes of `data.pkl`.
 * @throws FailureError `checkpoint` for anything but a dict of tensors, naming what it is.
 */
export function readTorchTensors(file: string, pickle: Uint8Array): TorchTensor[] {
  const value = readPickle(pickle, { file, allowed: (name) => allowedNames.has(name) });
  if (typeof value !== 'object' || value?.kind !== 'dict') {
    return fail(
      'checkpoint',
      `${file} is not a state dict of tensors. Save the weights again with torch.save(model.state_dict(), ...).`,
    );
  }
  return [...value.entries].map(([name, item]) => {
    if (typeof name !== 'string') return fail('checkpoint', `${file} has a key that is not a tensor's name.`);
    return tensorOf(file, name, item);
  });
}
