/**
 * Finds the state dict in what was saved: alone, or beside an epoch, an optimizer and more under a name that training
 * scripts give it.
 */
import { fail } from '../failure.ts';
import type { PickleValue } from './pickle-values.ts';

type Dict = ReadonlyMap<PickleValue, PickleValue>;

/** PyTorch's functions that make a tensor over a storage; all begin with storage, offset, sizes and strides. */
export const tensorMakers: ReadonlySet<string> = new Set([
  'torch._utils._rebuild_tensor',
  'torch._utils._rebuild_tensor_v2',
]);

/** Those that make a parameter of a tensor, their first argument. */
export const parameterMakers: ReadonlySet<string> = new Set([
  'torch._utils._rebuild_parameter',
  'torch._utils._rebuild_parameter_with_state',
]);

/** Names under which scripts keep the weights, those that leave least doubt first. */
const usualNames = [
  'state_dict',
  'model_state_dict',
  'model_state',
  'model',
  'net',
  'net_state_dict',
  'network',
  'weights',
  'params',
];

/** A state dict may lie so deep: `{"checkpoint": {"model": {...}}}`. A pickle can hold itself. */
const deepest = 3;

function dictIn(value: PickleValue | undefined): Dict | null {
  return typeof value === 'object' && value?.kind === 'dict' ? value.entries : null;
}

function isTensor(value: PickleValue): boolean {
  if (typeof value !== 'object' || value?.kind !== 'call') return false;
  return tensorMakers.has(value.name) || parameterMakers.has(value.name);
}

/** Dicts of an entry's value that hold tensors under names, with the way to them. */
function stateDictsIn(dict: Dict, depth: number): { readonly way: readonly string[]; readonly found: Dict }[] {
  if ([...dict].some(([name, value]) => typeof name === 'string' && isTensor(value))) return [{ way: [], found: dict }];
  if (depth === 0) return [];
  return [...dict].flatMap(([name, value]) => {
    const inner = dictIn(value);
    if (inner === null || typeof name !== 'string') return [];
    return stateDictsIn(inner, depth - 1).map(({ way, found }) => ({ way: [name, ...way], found }));
  });
}

/** In words, what is no dict. */
function kindOf(value: PickleValue): string {
  if (isTensor(value)) return 'a single tensor';
  if (typeof value !== 'object' || value === null) return `the value ${JSON.stringify(value)}`;
  return value.kind === 'call' ? `what ${value.name} makes` : `a ${value.kind}`;
}

/**
 * The dict of names to tensors.
 * @throws FailureError `checkpoint` where there is none, or where more than one could be meant.
 */
export function stateDictOf(file: string, value: PickleValue): Dict {
  const remedy = 'Save the weights again with torch.save(model.state_dict(), ...).';
  const dict = dictIn(value);
  if (dict === null)
    return fail('checkpoint', `${file} holds ${kindOf(value)}, not a state dict of tensors. ${remedy}`);
  for (const name of usualNames) {
    const inner = dictIn(dict.get(name));
    const [first] = inner === null ? [] : stateDictsIn(inner, 0);
    if (first !== undefined) return first.found;
  }
  const all = stateDictsIn(dict, deepest);
  const [only] = all;
  if (only !== undefined && all.length === 1) return only.found;
  if (only === undefined) {
    if (dict.size === 0) return dict;
    const names = [...dict.keys()].slice(0, 5).map((name) => JSON.stringify(name));
    return fail('checkpoint', `${file} holds no tensors by name (its keys: ${names.join(', ')}). ${remedy}`);
  }
  const usual = usualNames.flatMap((name) => all.filter(({ way }) => way.at(-1) === name));
  const [chosen] = usual;
  if (chosen !== undefined && usual.length === 1) return chosen.found;
  const places = all.map(({ way }) => way.map((name) => `[${JSON.stringify(name)}]`).join(''));
  return fail(
    'checkpoint',
    `${file} holds ${all.length} state dicts, at ${places.slice(0, 5).join(', ')}. Save the one that is meant alone: torch.save(torch.load(...)${places[0]}, ...).`,
  );
}
