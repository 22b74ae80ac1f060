/** What Python calls the type of a value. */
import type { Value } from './values.ts';

/** The name of a value's type, as Python's messages say it. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'bigint':
      return 'int';
    case 'boolean':
      return 'bool';
    case 'number':
      return 'float';
    default:
      break;
  }
  if (value === null) return 'NoneType';
  switch (value.kind) {
    case 'function':
      return 'function';
    case 'native':
      return 'builtin_function_or_method';
    case 'bound':
      return 'method';
    case 'class':
      return 'type';
    case 'instance':
    case 'exception':
      return value.type.name;
    case 'tuple':
    case 'dict':
      return value.type?.name ?? value.typeName;
    case 'list':
      return value.type?.name ?? 'list';
    case 'set':
      return value.typeName ?? 'set';
    case 'view':
      return `dict_${value.part}`;
    case 'iterator':
    case 'host':
      return value.typeName;
    default:
      return value.kind;
  }
}
