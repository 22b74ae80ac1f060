/** Training and evaluation as a module knows them: the attribute `training`, and the methods train() and eval(). */

import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { refuse } from '../../../python/reason.ts';
import type { ClassValue, InstanceValue, Value } from '../../../python/types/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { selfOf, walkModules } from './module.ts';

/** Whether a module is in training; before it says so it is. */
export function trains(self: InstanceValue): boolean {
  return self.attributes.get('training') !== false;
}

/** Sets a module and all in it to training, or to evaluation. */
export function setTraining(world: TorchWorld, self: InstanceValue, training: boolean): void {
  for (const [, module] of walkModules(world, self)) module.attributes.set('training', training);
}

/** Adds `training`, `train` and `eval` to the class Module. Who asks for the mode in forward is followed in both. */
export function addModuleMode(world: TorchWorld, module: ClassValue): void {
  const { attributes } = module;
  const define = (name: string, signature: string, run: (self: InstanceValue, taken: Taken) => Value) => {
    attributes.set(
      name,
      native(name, signature, (taken) => run(selfOf(world, taken), taken), { method: true }),
    );
  };
  const getter = native(
    'training',
    'self',
    (taken) => {
      if (world.reading.graph !== null) world.reading.modeMatters = true;
      return selfOf(world, taken).attributes.get('training') ?? true;
    },
    { method: true },
  );
  const setter = native(
    'training',
    'self, value',
    (taken) => {
      if (world.reading.graph !== null) world.reading.modeMatters = true;
      selfOf(world, taken).attributes.set('training', world.evaluator.truth(taken.get('value'), taken.place));
      return null;
    },
    { method: true },
  );
  attributes.set('training', { kind: 'property', getter, setter });
  const set = (self: InstanceValue, training: boolean) => {
    if (world.reading.graph !== null) world.reading.modeMatters = true;
    setTraining(world, self, training);
    return self;
  };
  define('train', 'self, mode=True', (self, { get, place }) => {
    const mode = get('mode');
    return typeof mode === 'boolean'
      ? set(self, mode)
      : refuse('value', 'training mode is expected to be boolean', place);
  });
  define('eval', 'self', (self) => set(self, false));
}
