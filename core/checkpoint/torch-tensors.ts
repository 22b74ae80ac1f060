/**
 * The tensors that a PyTorch state dict names, from the pickle of its zip file: element type, sizes, and which bytes of
 * which storage. Source: torch/_utils.py (`_rebuild_tensor_v2`) and torch/serialization.py (`persistent_id`).
 */
import { fail } from '../failure.ts';
import { elementCount } from '../tensors/tensor.ts';
import { readPickle } from './pickle.ts';
import type { PickleValue } from './pickle-values.ts';
import { parameterMakers, stateDictOf, tensorMakers } from './state-dict.ts';

export interface TorchTensor {
  readonly name: string;
  /** Names as safetensors has them: `F32`, `F16`, `BF16`, ... */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** The storage's key: its bytes are the zip entry `data/KEY`. */
  readonly storage: string;
  /** Steps between elements along each axis; null where they lie one after another in row-major order. */
  readonly strides: readonly number[] | null;
  /** First byte in the storage. */
  readonly begin: number;
  /** Bytes of the storage from the first element to the end of the last. */
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

/**
 * Names that a checkpoint may refer to: what holds tensors, and what stands beside them in the state of optimizers and
 * schedulers. Of PyTorch's own list for `weights_only=True` (torch/_weights_only_unpickler.py).
 */
const allowedNames: ReadonlySet<string> = new Set([
  'collections.OrderedDict',
  'collections.defaultdict',
  'collections.Counter',
  '__builtin__.dict',
  'builtins.dict',
  '__builtin__.list',
  'builtins.list',
  '__builtin__.set',
  'builtins.set',
  'torch.Size',
  'torch.device',
  ...['float32', 'float64', 'float16', 'bfloat16', 'int64', 'int32', 'uint8', 'bool'].map((type) => `torch.${type}`),
  ...tensorMakers,
  ...parameterMakers,
  ...storageTypes.keys(),
]);

/** Whether a checkpoint of weights may refer to a `module.name`. */
export function isCheckpointName(name: string): boolean {
  return allowedNames.has(name);
}

/** The key, element type and number of elements of a storage that a pickle refers to; null for anything else. */
export function storageOf(id: PickleValue): {
  readonly key: string;
  readonly dtype: string;
  readonly width: number;
  readonly elements: number;
} | null {
  if (typeof id !== 'object' || id?.kind !== 'tuple') return null;
  const [word, kind, key, , elements] = id.items;
  if (word !== 'storage' || typeof kind !== 'object' || kind?.kind !== 'global' || typeof key !== 'string') return null;
  const type = storageTypes.get(kind.name);
  if (type === undefined || typeof elements !== 'number') return null;
  return { key, ...type, elements };
}

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
  if (typeof value === 'object' && value?.kind === 'call' && parameterMakers.has(value.name)) {
    return tensorOf(file, name, value.args[0] ?? null);
  }
  if (typeof value !== 'object' || value?.kind !== 'call' || !tensorMakers.has(value.name)) {
    return fail(
      'checkpoint',
      `${file} has ${name}, which is not a tensor: it is not a plain state dict. Save the weights again with torch.save(model.state_dict(), ...).`,
    );
  }
  const damaged = (what: string): never =>
    fail('checkpoint', `${file} is damaged: tensor ${name} ${what}. Copy or download it again.`);
  const [place, offset, sizes, steps] = value.args;
  const storage = typeof place === 'object' && place?.kind === 'persistent' ? storageOf(place.id) : null;
  if (storage === null) return damaged('has no storage');
  const shape = sizesOf(sizes);
  const strides = sizesOf(steps);
  if (shape === null || strides === null || shape.length !== strides.length) return damaged('has no sizes');
  if (typeof offset !== 'number' || offset < 0 || !Number.isInteger(offset)) return damaged('has no place');
  const elements = elementCount(shape);
  const contiguous = elements === 0 || isContiguous(shape, strides);
  const span = contiguous ? elements : shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), 1);
  if (offset + span > storage.elements) {
    return damaged(`takes elements ${offset} to ${offset + span} of a storage of ${storage.elements}`);
  }
  const { key, dtype, width } = storage;
  return {
    name,
    dtype,
    shape,
    storage: key,
    strides: contiguous ? null : strides,
    begin: offset * width,
    bytes: span * width,
  };
}

/**
 * The tensors of the state dict in what a pickle says.
 * @throws FailureError `checkpoint` for anything but a dict of tensors, naming what it is.
 */
export function torchTensorsOf(file: string, value: PickleValue): TorchTensor[] {
  return [...stateDictOf(file, value)].map(([name, item]) => {
    if (typeof name !== 'string') return fail('checkpoint', `${file} has a key that is not a tensor's name.`);
    return tensorOf(file, name, item);
  });
}

/** The same from the bytes of `data.pkl`. @throws as {@link torchTensorsOf}, and where the pickle is damaged */
export function readTorchTensors(file: string, pickle: Uint8Array): TorchTensor[] {
  return torchTensorsOf(file, readPickle(pickle, { file, allowed: isCheckpointName }));
}
