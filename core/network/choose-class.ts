/** Which class of a program is the network: the one named, else Net, else the only nn.Module that no other uses. */
import { isSubclass, refuseUnread } from '../python/evaluation/classes.ts';
import { refuse } from '../python/reason.ts';
import type { Statement } from '../python/syntax/syntax.ts';
import type { ClassValue, Scope, Value } from '../python/types/values.ts';

function isNetworkClass(value: Value, module: ClassValue): value is ClassValue {
  return (
    value !== null &&
    typeof value === 'object' &&
    value.kind === 'class' &&
    value.place !== null &&
    isSubclass(value, module)
  );
}

/** Says why what could be the network is no nn.Module here, where a base of it is not read. @throws a reason */
function refuseHalfRead(value: Value | undefined): void {
  if (value !== null && typeof value === 'object' && value.kind === 'class') refuseUnread(value, value.place);
}

/** Every name that a part of a syntax tree mentions. */
function mentionedNames(part: unknown, names: Set<string> = new Set()): Set<string> {
  if (Array.isArray(part)) {
    for (const each of part) mentionedNames(each, names);
  } else if (part !== null && typeof part === 'object') {
    if ('type' in part && part.type === 'name' && 'name' in part && typeof part.name === 'string') names.add(part.name);
    for (const [key, value] of Object.entries(part))
      if (key !== 'place' && key !== 'locals') mentionedNames(value, names);
  }
  return names;
}

/** What is mentioned by tables that `used` names: `OPS = {'none': lambda: Zero()}`, and by those that they name. */
function mentionedThrough(statements: readonly Statement[], used: ReadonlySet<string>): Set<string> {
  const through = new Set<string>();
  const tables = statements.flatMap((statement) => {
    if (statement.type !== 'assign') return [];
    return [{ names: mentionedNames(statement.targets), mentioned: mentionedNames(statement.value) }];
  });
  const left = new Set(tables);
  for (let size = -1; size !== left.size; ) {
    size = left.size;
    for (const table of left) {
      if (![...table.names].some((name) => used.has(name) || through.has(name))) continue;
      left.delete(table);
      for (const name of table.mentioned) through.add(name);
    }
  }
  return through;
}

/** Chooses the class. @throws a reason of kind class that lists what there is */
export function chooseClass(
  statements: readonly Statement[],
  scope: Scope,
  module: ClassValue,
  className: string | null,
): ClassValue {
  const found = new Map<string, ClassValue>();
  for (const [name, value] of scope.variables) if (isNetworkClass(value, module)) found.set(name, value);
  const listed = [...found.keys()].join(', ');
  if (className !== null) {
    const chosen = found.get(className);
    if (chosen !== undefined) return chosen;
    const unread = scope.unread?.get(className);
    if (unread !== undefined) throw unread;
    refuseHalfRead(scope.variables.get(className));
    return refuse('class', `there is no nn.Module named ${className}${listed === '' ? '' : `; there is ${listed}`}`);
  }
  const net = found.get('Net');
  if (net !== undefined) return net;
  if (scope.unread?.has('Net')) throw scope.unread.get('Net');
  refuseHalfRead(scope.variables.get('Net'));
  const [only] = found.values();
  if (found.size === 1 && only !== undefined) return only;
  if (found.size === 0) {
    for (const error of scope.unread?.values() ?? []) throw error;
    for (const value of scope.variables.values()) refuseHalfRead(value);
    return refuse('class', 'there is no class that inherits from nn.Module');
  }
  const used = new Set<string>();
  for (const statement of statements) {
    if (statement.type !== 'class' && statement.type !== 'function') continue;
    for (const name of mentionedNames(statement)) if (name !== statement.name) used.add(name);
  }
  for (const name of mentionedThrough(statements, used)) used.add(name);
  const free = [...found].filter(([name]) => !used.has(name));
  const [first] = free;
  if (free.length === 1 && first !== undefined) return first[1];
  const names = free.length === 0 ? listed : free.map(([name]) => name).join(', ');
  return refuse('class', `several classes could be the network (${names}): name one of them Net, or say which`);
}
