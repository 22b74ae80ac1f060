/** Which of the things that forward returns are the logits: the tensor itself, or the member that has their shape. */
import { type Place, refuse } from '../python/reason.ts';
import { typeName } from '../python/types/type-name.ts';
import type { Value } from '../python/types/values.ts';
import { formatShape } from './dimensions.ts';
import type { Shape } from './ir.ts';
import { isTensor, type TensorValue } from './torch/world/values.ts';

/** What is asked of the logits. */
export interface Wanted {
  /** Of the network, for messages. */
  readonly name: string;
  /** Null where any number serves. */
  readonly classes: number | null;
  /** Whether the logits may be one of several things that forward returns. */
  readonly among: boolean;
  readonly place: Place;
}

/** Keys under which programs return their logits beside other things. */
const usualKeys: readonly string[] = ['logits', 'out', 'output', 'outputs', 'pred', 'prediction', 'scores'];

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];

interface Member {
  /** As a sentence names it: `the second`, `'logits'`. */
  readonly called: string;
  readonly key: string | null;
  readonly value: Value;
}

function fits(shape: Shape, classes: number | null): boolean {
  const [batch, scores] = shape;
  if (shape.length !== 2 || typeof batch !== 'object' || batch.batch !== 1 || typeof scores !== 'number') return false;
  return classes === null || scores === classes;
}

/** The members of what forward returned; null for what has none. */
function membersOf(result: Value): Member[] | null {
  if (result === null || typeof result !== 'object') return null;
  const byName = (entries: Iterable<readonly [Value, Value]>) =>
    [...entries].map(([key, value]) => ({ called: `'${String(key)}'`, key: String(key), value }));
  switch (result.kind) {
    case 'tuple':
    case 'list':
      return result.items.map((value, i) => ({ called: `the ${ordinals[i] ?? `${i + 1}th`}`, key: null, value }));
    case 'dict':
      return byName(result.entries.values());
    case 'instance':
      return byName(result.attributes);
    default:
      return null;
  }
}

function describe(value: Value): string {
  if (isTensor(value)) return `a tensor ${formatShape(value.tensor.shape)}`;
  if (value === null) return 'None (is a return missing?)';
  if (typeof value === 'object' && value.kind !== 'host') return `a ${value.kind}`;
  return `a ${typeName(value)}`;
}

/**
 * The logits [N, classes], and a sentence where they are one of several things.
 * @throws a reason of kind output where nothing has their shape
 */
export function chooseOutput(
  result: Value,
  { name, classes, among, place }: Wanted,
): { readonly logits: TensorValue; readonly note: string | null } {
  const wanted = `[N, ${classes ?? 'classes'}]`;
  if (isTensor(result)) {
    if (fits(result.tensor.shape, classes)) return { logits: result, note: null };
    return refuse('output', `${name}.forward returns ${describe(result)}, but must return ${wanted}`, place);
  }
  const members = among ? membersOf(result) : null;
  if (members === null) {
    return refuse('output', `${name}.forward returns ${describe(result)}, but must return a tensor ${wanted}`, place);
  }
  const found = members.flatMap((member) => {
    const { value } = member;
    return isTensor(value) && fits(value.tensor.shape, classes) ? [{ ...member, value }] : [];
  });
  const named = usualKeys.flatMap((key) => found.filter((each) => each.key === key));
  // Where the number of classes is open, features have the shape of logits too: the logits are what was computed last.
  const last = found.toSorted((a, b) => (b.value.tensor.value ?? 0) - (a.value.tensor.value ?? 0));
  const chosen = named[0] ?? (classes === null ? last[0] : found[0]);
  if (chosen === undefined) {
    const listed = members.map(({ value }) => describe(value)).join(', ');
    return refuse(
      'output',
      `${name}.forward returns ${describe(result)} of ${listed === '' ? 'nothing' : listed}, but must return a tensor ${wanted}, or one among others`,
      place,
    );
  }
  const shape = formatShape(chosen.value.tensor.shape);
  const note = `${name}.forward returns ${members.length} values: the logits are ${chosen.called}, ${shape}`;
  return { logits: chosen.value, note };
}
