/** torch.no_grad and torch.enable_grad: contexts, and decorators of functions, that say whether gradients are recorded. */
import { native } from '../../../python/evaluation/signature.ts';
import type { HostValue, NativeFunction, Value } from '../../../python/types/values.ts';
import type { TorchWorld } from './world.ts';

/** A mode as a program calls it: `with torch.no_grad():`, `@torch.no_grad()`, `@torch.no_grad`. */
export function gradientMode(world: TorchWorld, name: string, gradients: boolean): HostValue {
  const decorate = (callee: Value): NativeFunction => ({
    kind: 'native',
    name,
    method: true,
    run(given, place) {
      const before = world.reading.gradients;
      world.reading.gradients = gradients;
      const result = world.evaluator.call(callee, given, place);
      world.reading.gradients = before;
      return result;
    },
  });
  const instance = (): HostValue => {
    let before = world.reading.gradients;
    const enter = native('__enter__', '', () => {
      before = world.reading.gradients;
      world.reading.gradients = gradients;
      return null;
    });
    const exit = native('__exit__', '*error', () => {
      world.reading.gradients = before;
      return null;
    });
    return {
      kind: 'host',
      typeName: name,
      attribute: (attribute) => (attribute === '__enter__' ? enter : attribute === '__exit__' ? exit : undefined),
      call: ({ positional: [callee = null] }) => decorate(callee),
    };
  };
  return {
    kind: 'host',
    typeName: name,
    attribute: () => undefined,
    call: ({ positional: [callee] }) => (callee === undefined ? instance() : decorate(callee)),
  };
}

/** torch.set_grad_enabled(mode): at once, and as a context that ends it. */
export function setGradEnabled(world: TorchWorld): NativeFunction {
  return native('set_grad_enabled', 'mode', ({ get, place }) => {
    const before = world.reading.gradients;
    world.reading.gradients = world.evaluator.truth(get('mode'), place);
    const exit = native('__exit__', '*error', () => {
      world.reading.gradients = before;
      return null;
    });
    const enter = native('__enter__', '', () => null);
    return {
      kind: 'host',
      typeName: 'torch.set_grad_enabled',
      attribute: (name) => (name === '__enter__' ? enter : name === '__exit__' ? exit : undefined),
    };
  });
}
