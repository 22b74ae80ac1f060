/** torch.device: where tensors lie. Nothing here depends on it; programs compare devices and ask for their type. */

import { native } from '../../../python/evaluation/signature.ts';
import { refuse } from '../../../python/reason.ts';
import type { HostValue, Value } from '../../../python/types/values.ts';
import { anything } from './opaque.ts';

interface DeviceValue extends HostValue {
  readonly device: string;
}

function isDevice(value: Value): value is DeviceValue {
  return value !== null && typeof value === 'object' && value.kind === 'host' && 'device' in value;
}

const forms = /^(cpu|cuda|mps|xpu|meta|hpu|mtia|xla|ipu|vulkan)(?::(\d+))?$/;

/** A device by its text, `cuda:0`. */
function makeDevice(text: string): DeviceValue {
  const [, type = text, index] = forms.exec(text) ?? [];
  return {
    kind: 'host',
    typeName: 'torch.device',
    device: text,
    attribute(name) {
      if (name === 'type') return type;
      return name === 'index' ? (index === undefined ? null : BigInt(index)) : undefined;
    },
    compare(operator, other) {
      if (operator !== '==' && operator !== '!=') return undefined;
      return (isDevice(other) && other.device === text) === (operator === '==');
    },
    text: () => text,
  };
}

/** The device of every tensor here. */
export const processor = makeDevice('cpu');

/** The class torch.device, which is named in hints too. */
export function deviceType(): HostValue {
  const hint = anything('typing');
  const make = native('device', 'type, index=None', ({ get, place }) => {
    const [type, index] = [get('type'), get('index')];
    if (isDevice(type)) return type;
    if (typeof type === 'bigint') return makeDevice(`cuda:${type}`);
    if (typeof type !== 'string') return hint;
    if (!forms.test(type)) return refuse('raised', `RuntimeError: Invalid device string: '${type}'`, place);
    return makeDevice(index === null ? type : `${type}:${String(index)}`);
  });
  return { ...hint, call: (given, place) => make.run(given, place) };
}
