/** Built-in functions of objects and their classes: attributes, instances, super(), decorators of methods. */
import { isSubclass } from '../../evaluation/classes.ts';
import { isException } from '../../evaluation/exceptions.ts';
import type { Runtime } from '../../evaluation/runtime.ts';
import { native, type Taken } from '../../evaluation/signature.ts';
import { refuse } from '../../reason.ts';
import { dict, list } from '../../types/containers.ts';
import type { ClassValue, Value } from '../../types/values.ts';
import { definer } from './define.ts';
import { isCallable, isInstance, isSubclassOf } from './instances.ts';

function nameArgument(taken: Taken): string {
  const name = taken.get('name');
  return typeof name === 'string' ? name : refuse('type', 'attribute name must be string', taken.place);
}

/** An attribute, or undefined where Python raises AttributeError, also from inside a property. */
function softAttribute(runtime: Runtime, taken: Taken): Value | undefined {
  const depth = runtime.meter.depth();
  try {
    return runtime.findAttribute(taken.get('object'), nameArgument(taken), taken.place);
  } catch (error) {
    if (!isException(runtime, error, 'AttributeError')) throw error;
    runtime.meter.caught(depth);
    return undefined;
  }
}

/** What dir() lists. */
function namesOf(value: Value): string[] {
  if (value === null || typeof value !== 'object') return [];
  const ofClass = (type: ClassValue) => type.order.flatMap((each) => [...each.attributes.keys()]);
  switch (value.kind) {
    case 'module':
      return [...new Set([...value.attributes.keys(), ...(value.names?.() ?? [])])];
    case 'class':
      return [...new Set(ofClass(value))];
    case 'instance':
      return [...new Set([...value.attributes.keys(), ...ofClass(value.type)])];
    default:
      return [];
  }
}

/** `isinstance`, `getattr`, `super`, `property` and their kin. */
export function defineObjectFunctions(functions: Map<string, Value>, runtime: Runtime): void {
  const define = definer(functions);
  define(
    'isinstance',
    'value, type',
    (taken) => isInstance(runtime, taken.get('value'), taken.get('type'), taken.place),
    'counted',
  );
  define('issubclass', 'type, base', (taken) => {
    const type = taken.get('type');
    if (type === null || typeof type !== 'object' || type.kind !== 'class') {
      return refuse('type', 'issubclass() arg 1 must be a class', taken.place);
    }
    return isSubclassOf(runtime, type, taken.get('base'), taken.place);
  });
  define('callable', 'value', (taken) => isCallable(taken.get('value')));
  define('hasattr', 'object, name', (taken) => {
    if (softAttribute(runtime, taken) !== undefined) return true;
    const object = taken.get('object');
    const names = object !== null && typeof object === 'object' && object.kind === 'module' ? object.names?.() : [];
    return [...(names ?? [])].includes(nameArgument(taken));
  });
  define('dir', 'object', (taken) => {
    const found = namesOf(taken.get('object')).sort();
    runtime.meter.items(found.length);
    return list(found);
  });
  define('getattr', 'object, name, default=None', (taken) => {
    if (!taken.has('default')) return runtime.attribute(taken.get('object'), nameArgument(taken), taken.place);
    const found = softAttribute(runtime, taken);
    return found === undefined ? taken.get('default') : found;
  });
  define('delattr', 'object, name', (taken) => {
    runtime.deleteAttribute(taken.get('object'), nameArgument(taken), taken.place);
    return null;
  });
  define('setattr', 'object, name, value', (taken) => {
    runtime.setAttribute(taken.get('object'), nameArgument(taken), taken.get('value'), taken.place);
    return null;
  });
  const superFunction = native('super', 'type, self', (taken) => {
    const type = taken.get('type');
    if (type === null || typeof type !== 'object' || type.kind !== 'class') {
      return refuse('type', 'super() argument 1 must be a type', taken.place);
    }
    const self = taken.get('self');
    const own = self !== null && typeof self === 'object' && self.kind === 'class' ? self : runtime.typeOf(self);
    if (!isSubclass(own, type)) {
      return refuse('type', 'super(type, obj): obj must be an instance or subtype of type', taken.place);
    }
    return { kind: 'super', start: type, self };
  });
  functions.set('super', { ...superFunction, contextual: 'super' });
  for (const contextual of ['locals', 'globals'] as const) {
    functions.set(contextual, { ...native(contextual, '', () => dict()), contextual });
  }
  // A name in a text is looked up where it stands (expressions.ts); no other text is evaluated.
  const evaluated = native('eval', 'source, globals=None, locals=None', ({ place }) =>
    refuse('unsupported', 'eval() is not supported but for the name of something', place),
  );
  functions.set('eval', { ...evaluated, contextual: 'eval' });
  const variables = native('vars', 'object', (taken) =>
    runtime.attribute(taken.get('object'), '__dict__', taken.place),
  );
  functions.set('vars', { ...variables, contextual: 'locals' });
  define('property', 'fget=None, fset=None, fdel=None, doc=None', (taken) => ({
    kind: 'property',
    getter: taken.get('fget'),
    setter: taken.get('fset'),
  }));
  define('staticmethod', 'function', (taken) => ({ kind: 'staticmethod', callee: taken.get('function') }));
  define('classmethod', 'function', (taken) => ({ kind: 'classmethod', callee: taken.get('function') }));
}
