/**
 * Hooks of modules and tensors. Those around forward run with it; those of gradients are set aside where they only look
 * (they return nothing), and refused where they could change a gradient. Those of state_dict are nobody's here.
 */

import { positional } from '../../../python/evaluation/runtime.ts';
import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import type { Statement } from '../../../python/syntax/syntax.ts';
import { dict, tuple } from '../../../python/types/containers.ts';
import { hashKey } from '../../../python/types/hash-key.ts';
import type { Arguments, DictValue, HostValue, InstanceValue, Value } from '../../../python/types/values.ts';
import type { TorchWorld } from './world.ts';

type Kind = '_forward_hooks' | '_forward_pre_hooks';

function hooksOf(self: InstanceValue, kind: Kind): DictValue | null {
  const found = self.attributes.get(kind) ?? null;
  return found !== null && typeof found === 'object' && found.kind === 'dict' ? found : null;
}

/** What registering a hook gives: `remove()` takes it away. */
export function handle(remove: () => void): HostValue {
  const method = native('remove', '*args', () => {
    remove();
    return null;
  });
  const self: HostValue = {
    kind: 'host',
    typeName: 'RemovableHandle',
    attribute(name) {
      if (name === 'remove' || name === '__exit__') return method;
      return name === '__enter__' ? native(name, '', () => self) : undefined;
    },
  };
  return self;
}

/** Registers a hook around forward. */
export function registerHook(world: TorchWorld, self: InstanceValue, kind: Kind, { get, place }: Taken): Value {
  for (const name of ['with_kwargs', 'always_call']) {
    if (get(name) !== false) refuse('unsupported', `a hook with ${name} is not supported yet`, place);
  }
  const held = hooksOf(self, kind) ?? dict([], 'OrderedDict');
  self.attributes.set(kind, held);
  world.evaluator.meter.items(1 + held.entries.size);
  const id = BigInt(Math.max(-1, ...[...held.entries.values()].map(([each]) => Number(each))) + 1);
  const key = hashKey(id);
  const before = world.evaluator.truth(get('prepend'), place) ? [...held.entries] : [];
  if (before.length > 0) held.entries.clear();
  held.entries.set(key, [id, get('hook')]);
  for (const [other, value] of before) held.entries.set(other, value);
  return handle(() => held.entries.delete(key));
}

/** Whether some path of a function's body returns something. */
function returnsSomething(body: readonly Statement[]): boolean {
  return body.some((statement) => {
    switch (statement.type) {
      case 'return':
        return statement.value !== null && !(statement.value.type === 'constant' && statement.value.value === null);
      case 'if':
      case 'for':
      case 'while':
        return returnsSomething(statement.body) || returnsSomething(statement.otherwise);
      case 'with':
        return returnsSomething(statement.body);
      case 'try':
        return [
          statement.body,
          statement.otherwise,
          statement.cleanup,
          ...statement.handlers.map((each) => each.body),
        ].some(returnsSomething);
      case 'match':
        return statement.cases.some((each) => returnsSomething(each.body));
      default:
        return false;
    }
  });
}

/** A hook on a gradient that only looks. @throws a reason for one that may change it */
export function hookOnGradient(hook: Value, place: Place): Value {
  const callee = hook !== null && typeof hook === 'object' && hook.kind === 'bound' ? hook.callee : hook;
  const looks =
    callee !== null &&
    typeof callee === 'object' &&
    callee.kind === 'function' &&
    ('type' in callee.body
      ? callee.body.type === 'constant' && callee.body.value === null
      : !returnsSomething(callee.body));
  if (!looks) refuse('unsupported', 'a hook that may change gradients is not supported', place);
  return handle(() => undefined);
}

/** Runs a module's forward with the hooks around it. */
export function withHooks(
  world: TorchWorld,
  self: InstanceValue,
  given: Arguments,
  place: Place,
  forward: (given: Arguments) => Value,
): Value {
  const { evaluator } = world;
  let asked = given;
  for (const [, hook] of hooksOf(self, '_forward_pre_hooks')?.entries.values() ?? []) {
    const changed = evaluator.call(hook, positional(self, tuple(asked.positional.slice(1))), place);
    if (changed === null) continue;
    const inputs = typeof changed === 'object' && changed.kind === 'tuple' ? changed.items : [changed];
    asked = { ...asked, positional: [self, ...inputs] };
  }
  let result = forward(asked);
  for (const [, hook] of hooksOf(self, '_forward_hooks')?.entries.values() ?? []) {
    const changed = evaluator.call(hook, positional(self, tuple(asked.positional.slice(1)), result), place);
    if (changed !== null) result = changed;
  }
  return result;
}
