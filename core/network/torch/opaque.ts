/** Values that programs mention but that mean nothing for the network: types for hints, devices, dtypes. */
import { refuse } from '../../python/reason.ts';
import { native } from '../../python/signature.ts';
import type { HostValue } from '../../python/values.ts';

/** A value that can be named, subscripted and called, and always gives itself. */
export function anything(typeName: string): HostValue {
  const self: HostValue = {
    kind: 'host',
    typeName,
    attribute: () => self,
    item: () => self,
    call: () => self,
    binary: (operator) => (operator === '|' ? self : undefined),
  };
  return self;
}

/** torch.no_grad: harmless around initialisation, refused where forward would lose its gradient. */
export function noGradient(name: string): HostValue {
  const self: HostValue = {
    kind: 'host',
    typeName: name,
    attribute: (attribute) => (attribute === '__enter__' ? native('__enter__', '', () => null) : undefined),
    call: (given, place) =>
      given.positional.length > 0 ? refuse('unsupported', `${name} as a decorator is not supported`, place) : self,
  };
  return self;
}
