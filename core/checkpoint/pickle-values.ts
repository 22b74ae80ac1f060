/** What a pickle says, as values: names and calls in it are kept as such, and never looked up or made. */

export type PickleValue =
  | null
  | boolean
  | number
  | string
  | { readonly kind: 'tuple' | 'list'; readonly items: PickleValue[] }
  | { readonly kind: 'dict'; readonly entries: Map<PickleValue, PickleValue> }
  /** A name that the pickle refers to: never looked up, only compared. */
  | { readonly kind: 'global'; readonly name: string }
  /** What stands for an object outside the pickle: for PyTorch, a storage. */
  | { readonly kind: 'persistent'; readonly id: PickleValue }
  /** A call of an allowed name, not carried out. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly PickleValue[] };

/** Classes whose instances come empty, or as a list of pairs, and are filled as a dict is. */
const dictClasses: ReadonlySet<string> = new Set(['collections.OrderedDict', 'collections.defaultdict']);

/** The dict that a call of the class `name` with `args` makes; null where it makes something else. */
export function dictOf(name: string, args: readonly PickleValue[]): PickleValue | null {
  if (!dictClasses.has(name)) return null;
  const [first] = args;
  const entries = new Map<PickleValue, PickleValue>();
  if (first === undefined || typeof first !== 'object' || first?.kind !== 'list') {
    // A defaultdict names what makes its missing values.
    return first === undefined || (typeof first === 'object' && first?.kind === 'global')
      ? { kind: 'dict', entries }
      : null;
  }
  // Python 2 gives an OrderedDict's pairs at once.
  for (const pair of first.items) {
    if (typeof pair !== 'object' || (pair?.kind !== 'list' && pair?.kind !== 'tuple')) return null;
    entries.set(pair.items[0] ?? null, pair.items[1] ?? null);
  }
  return { kind: 'dict', entries };
}
