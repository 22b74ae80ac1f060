/**
 * Names of weights without what PyTorch's wrappers put before them: `module.` of DataParallel and
 * DistributedDataParallel, `_orig_mod.` of torch.compile, `_fsdp_wrapped_module.` and `_checkpoint_wrapped_module.` of
 * torch.distributed. Sources: torch/nn/parallel, torch/_dynamo/eval_frame.py, torch/distributed/fsdp.
 */

/** Parts that no network names its own layers by: taken out wherever they stand, since parts are wrapped too. */
const wrapperParts: ReadonlySet<string> = new Set(['_orig_mod', '_fsdp_wrapped_module', '_checkpoint_wrapped_module']);

const parallel = 'module.';
/** What torch.optim.swa_utils.AveragedModel keeps beside `module.`. */
const averagedCount = 'n_averaged';

function withoutWrapperParts(name: string): string {
  const parts = name.split('.');
  return parts.some((part) => wrapperParts.has(part))
    ? parts.filter((part) => !wrapperParts.has(part)).join('.')
    : name;
}

/** The entries under other names; null where two would have the same. */
function renamed<T>(given: ReadonlyMap<string, T>, rename: (name: string) => string): ReadonlyMap<string, T> | null {
  const entries = new Map([...given].map(([name, value]) => [rename(name), value]));
  return entries.size === given.size ? entries : null;
}

/** The entries without `module.`; null where one of them has it not. */
function withoutParallel<T>(given: ReadonlyMap<string, T>): ReadonlyMap<string, T> | null {
  const counted = new Map(given);
  counted.delete(averagedCount);
  if (counted.size === 0 || ![...counted.keys()].every((name) => name.startsWith(parallel))) return null;
  return renamed(counted, (name) => name.slice(parallel.length));
}

/**
 * `given` itself where the network knows its names, else the same under the names without wrappers of which it knows
 * most: a network may have a part of its own that is called `module`.
 */
export function withoutWrappers<T>(
  given: ReadonlyMap<string, T>,
  isKnown: (name: string) => boolean,
): ReadonlyMap<string, T> {
  const known = (entries: ReadonlyMap<string, T>): number => [...entries.keys()].filter(isKnown).length;
  let best = given;
  let next: ReadonlyMap<string, T> | null = renamed(given, withoutWrapperParts);
  while (next !== null) {
    if (known(next) > known(best)) best = next;
    next = withoutParallel(next);
  }
  return best;
}
