/** Values that programs mention but that mean nothing for the network: types for hints, devices, dtypes. */
import type { HostValue } from '../../../python/types/values.ts';

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

/** torch.channels_last. */
export const channelsLast: HostValue = anything('torch.memory_format');
