/** What registers hooks (hooks.ts) on the class Module. */
import { native, type Taken } from '../../../python/evaluation/signature.ts';
import type { ClassValue, InstanceValue, Value } from '../../../python/types/values.ts';
import { handle, hookOnGradient, registerHook } from '../world/hooks.ts';
import type { TorchWorld } from '../world/world.ts';
import { selfOf } from './module.ts';

/** Adds what registers hooks to the class Module. */
export function addHooks(world: TorchWorld, module: ClassValue): void {
  const define = (name: string, signature: string, run: (self: InstanceValue, taken: Taken) => Value) => {
    module.attributes.set(
      name,
      native(name, `self, ${signature}`, (taken) => run(selfOf(world, taken), taken), { method: true }),
    );
  };
  const options = 'hook, *, prepend=False, with_kwargs=False, always_call=False';
  define('register_forward_hook', options, (self, taken) => registerHook(world, self, '_forward_hooks', taken));
  define('register_forward_pre_hook', options, (self, taken) => registerHook(world, self, '_forward_pre_hooks', taken));
  for (const name of ['register_full_backward_hook', 'register_backward_hook', 'register_full_backward_pre_hook']) {
    define(name, 'hook, prepend=False', (_self, { get, place }) => hookOnGradient(get('hook'), place));
  }
  for (const name of [
    'register_state_dict_pre_hook',
    'register_state_dict_post_hook',
    'register_load_state_dict_pre_hook',
    'register_load_state_dict_post_hook',
    '_register_state_dict_hook',
    '_register_load_state_dict_pre_hook',
  ]) {
    define(name, 'hook, *args, **kwargs', () => handle(() => undefined));
  }
}
