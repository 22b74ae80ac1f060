/** Types as values: unions, and the names of typing that mean nothing at run time. */
import type { Runtime } from '../evaluation/runtime.ts';
import type { HostValue, Value } from './values.ts';

/** `int | None`. */
export interface UnionValue extends HostValue {
  readonly members: readonly Value[];
}

export function isUnion(value: Value): value is UnionValue {
  return value !== null && typeof value === 'object' && value.kind === 'host' && value.typeName === 'UnionType';
}

/** The union of types, each once; undefined where Python has none. */
export function unionOf(left: Value, right: Value, runtime: Pick<Runtime, 'meter'>): Value | undefined {
  if (!isHint(left) && !isHint(right)) return undefined;
  const parts = (value: Value) => (isUnion(value) ? value.members : [value]);
  const members = [...new Set([...parts(left), ...parts(right)])];
  runtime.meter.items(members.length);
  const union: UnionValue = {
    kind: 'host',
    typeName: 'UnionType',
    members,
    attribute: (name) => (name === '__args__' ? { kind: 'tuple', items: members, typeName: 'tuple' } : undefined),
    item: () => union,
    binary: (operator, other, reflected) => {
      if (operator !== '|') return undefined;
      return reflected ? unionOf(other, union, runtime) : unionOf(union, other, runtime);
    },
  };
  return union;
}

function isHint(value: Value): boolean {
  if (value === null || typeof value !== 'object') return false;
  return value.kind === 'class' || isUnion(value) || (value.kind === 'host' && value.typeName === 'typing');
}
