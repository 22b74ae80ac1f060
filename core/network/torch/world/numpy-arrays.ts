/** Arrays that networks make with NumPy before they are built: tensors of known numbers under NumPy's names. */
import type { ModuleValue, Value } from '../../../python/types/values.ts';

/** The function of torch behind each name of numpy. */
const names: Readonly<Record<string, string>> = {
  array: 'tensor',
  asarray: 'tensor',
  zeros: 'zeros',
  ones: 'ones',
  full: 'full',
  eye: 'eye',
  stack: 'stack',
  concatenate: 'cat',
  outer: 'outer',
  sin: 'sin',
  cos: 'cos',
  float32: 'float32',
  float64: 'float64',
  int64: 'int64',
  int32: 'int32',
  bool_: 'bool',
};

/** Names of numpy that stand for functions and types of torch. */
export function numpyArrays(torch: ModuleValue): (readonly [string, Value])[] {
  return Object.entries(names).flatMap(([name, own]) => {
    const found = torch.attributes.get(own);
    return found === undefined ? [] : [[name, found] as const];
  });
}
