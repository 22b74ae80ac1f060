/** torch.finfo and torch.iinfo: the limits of a type of numbers. */
import { native } from '../../../python/evaluation/signature.ts';
import { refuse } from '../../../python/reason.ts';
import type { HostValue, NativeFunction, Value } from '../../../python/types/values.ts';
import { isElementType } from '../world/known.ts';

type Limits = Readonly<Record<string, Value>>;

/** By the name that a type is asked for: several are float32 here, but their limits are their own. */
const floats: Readonly<Record<string, Limits>> = {
  float32: { bits: 32n, eps: 2 ** -23, max: 3.4028234663852886e38, tiny: 2 ** -126, resolution: 1e-6 },
  float64: { bits: 64n, eps: Number.EPSILON, max: Number.MAX_VALUE, tiny: 2 ** -1022, resolution: 1e-15 },
  float16: { bits: 16n, eps: 2 ** -10, max: 65504, tiny: 2 ** -14, resolution: 1e-3 },
  bfloat16: { bits: 16n, eps: 2 ** -7, max: 3.3895313892515355e38, tiny: 2 ** -126, resolution: 1e-2 },
};

const otherNames: Readonly<Record<string, string>> = { float: 'float32', double: 'float64', half: 'float16' };

/** Bits of the whole numbers; those without a sign begin with u. */
const integers: Readonly<Record<string, number>> = { uint8: 8, int8: 8, int16: 16, short: 16, int32: 32, int: 32 };

function shown(name: string, limits: Limits): HostValue {
  return { kind: 'host', typeName: name, attribute: (attribute) => limits[attribute] };
}

export function numberLimits(): NativeFunction[] {
  return [
    native('finfo', 'type=None', ({ get, place }) => {
      const type = get('type');
      const asked = isElementType(type) ? (type.text?.() ?? '').replace('torch.', '') : 'float32';
      const name = otherNames[asked] ?? asked;
      const limits = floats[name];
      if ((type !== null && !isElementType(type)) || limits === undefined) {
        return refuse(
          'type',
          'torch.finfo() requires a floating point input type. Use torch.iinfo to handle integer types',
          place,
        );
      }
      const { max = 0, tiny = 0 } = limits;
      return shown('torch.finfo', { ...limits, min: -Number(max), smallest_normal: tiny, dtype: name });
    }),
    native('iinfo', 'type', ({ get, place }) => {
      const type = get('type');
      const asked = isElementType(type) ? (type.text?.() ?? '').replace('torch.', '') : '';
      if (!/^u?int|^long|^short/.test(asked)) {
        return refuse(
          'type',
          'torch.iinfo() requires an integer input type. Use torch.finfo to handle float types',
          place,
        );
      }
      const bits = BigInt(integers[asked] ?? 64);
      const [min, max] = asked.startsWith('u') ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
      return shown('torch.iinfo', { bits, min, max, dtype: asked });
    }),
  ];
}
