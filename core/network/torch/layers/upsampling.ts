/** torch.nn.functional.interpolate and torch.nn.Upsample. */

import type { Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import type { Value } from '../../../python/types/values.ts';
import { formatShape } from '../../dimensions.ts';
import type { FunctionDefinition } from '../functions/function-definition.ts';
import { booleanOf, floatOf, integersOf } from '../world/arguments.ts';
import { laidAs } from '../world/composed-layouts.ts';
import { addAxis, apply, dropAxis, sizeAlong } from '../world/operations.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { attributeOf, type LayerDefinition } from './layer.ts';

function factorsOf(value: Value, axes: number, place: Place): number[] {
  const items =
    value !== null && typeof value === 'object' && (value.kind === 'tuple' || value.kind === 'list')
      ? value.items
      : Array.from({ length: axes }, () => value);
  return items.map((item) => floatOf(item, { what: 'interpolate(): scale_factor', place }));
}

const modes: Readonly<
  Record<string, { readonly mode: 'nearest' | 'bilinear' | 'bicubic'; readonly rank: number | null } | undefined>
> = {
  nearest: { mode: 'nearest', rank: null },
  linear: { mode: 'bilinear', rank: 3 },
  bilinear: { mode: 'bilinear', rank: 4 },
  bicubic: { mode: 'bicubic', rank: 4 },
};

function interpolate(world: TorchWorld, input: TensorValue, get: (name: string) => Value, place: Place): TensorValue {
  const site = { name: 'interpolate', place };
  const { shape } = input.tensor;
  const axes = shape.length - 2;
  const given = get('mode');
  const found = typeof given === 'string' ? modes[given] : undefined;
  if (axes !== 1 && axes !== 2) {
    return refuse('shape', `interpolate expected an input [N, C, H, W], but got ${formatShape(shape)}`, place);
  }
  const [size, factor] = [get('size'), get('scale_factor')];
  if (size === null && factor === null) return refuse('value', 'either size or scale_factor should be defined', place);
  if (size !== null && factor !== null)
    return refuse('value', 'only one of size or scale_factor should be defined', place);
  const own = Array.from({ length: axes }, (_, i) => sizeAlong(input, i + 2, site));
  const factors = factor === null ? null : factorsOf(factor, axes, place);
  const listed = size === null ? [] : integersOf(size, { what: 'interpolate(): size', place });
  const sizes =
    factors === null
      ? own.map((_, i) => listed[i] ?? listed[0] ?? 0)
      : own.map((each, i) => Math.floor(each * (factors[i] ?? 1)));
  if (sizes.some((each) => each <= 0)) {
    return refuse(
      'shape',
      `Input and output sizes should be greater than 0, but got input ${own.join('x')} and output ${sizes.join('x')}`,
      place,
    );
  }
  const [height = 1, width = 1] = axes === 1 ? [1, sizes[0]] : sizes;
  const planes = axes === 1 ? addAxis(world, input, 2, site) : input;
  const aligned = get('align_corners');
  const alignCorners = aligned !== null && booleanOf(aligned, world.evaluator, { what: 'align_corners', place });
  if (given === 'area') {
    const pooled = apply(world, 'adaptiveAvgPool2d', { output: [height, width] }, [planes], site);
    return axes === 1 ? dropAxis(world, pooled, 2, site) : pooled;
  }
  if (given === 'nearest-exact') {
    const recomputed = world.evaluator.truth(get('recompute_scale_factor'), place);
    const nearest = own.reduce((result, from, i) => {
      const to = sizes[i] ?? 0;
      const ratio = Math.fround(factors === null || recomputed ? from / to : 1 / (factors[i] ?? 1));
      // The middle of each place, in float32 as PyTorch computes it.
      world.evaluator.meter.table(2 * to);
      const indices = Array.from({ length: to }, (_, at) =>
        Math.min(Math.floor(Math.fround((at + 0.5) * ratio)), from - 1),
      );
      return apply(world, 'gather', { axis: i + 2, indices }, [result], site);
    }, input);
    return laidAs(world, nearest, input, 'suggested');
  }
  if (found === undefined)
    return refuse('unsupported', `interpolate with mode ${String(given)} is not supported yet`, place);
  if (found.rank !== null && found.rank !== shape.length) {
    return refuse(
      'unsupported',
      `Got ${shape.length}D input, but ${String(given)} mode needs ${found.rank}D input`,
      place,
    );
  }
  if (found.mode === 'nearest' && aligned !== null) {
    return refuse(
      'value',
      'align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear',
      place,
    );
  }
  if (world.evaluator.truth(get('antialias'), place))
    return refuse('unsupported', 'interpolate with antialias is not supported yet', place);
  const recomputed = world.evaluator.truth(get('recompute_scale_factor'), place);
  const scaleOf = (i: number) => (factors === null || recomputed ? null : (factors[i] ?? null));
  const scale =
    axes === 1 ? ([scaleOf(0) === null ? null : 1, scaleOf(0)] as const) : ([scaleOf(0), scaleOf(1)] as const);
  const attributes = { mode: found.mode, size: [height, width], alignCorners, scale } as const;
  const result = apply(world, 'resize', attributes, [planes], site);
  return axes === 1 ? dropAxis(world, result, 2, site) : result;
}

export function upsamplingLayers(world: TorchWorld): LayerDefinition[] {
  const get =
    (self: Parameters<LayerDefinition['forward']>[0], fixed: Readonly<Record<string, Value>>) => (name: string) =>
      name in fixed ? (fixed[name] ?? null) : attributeOf(self, name);
  return [
    {
      name: 'Upsample',
      signature: "size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None",
      forward: (self, input, place) => interpolate(world, input, get(self, { antialias: false }), place),
    },
    ...(['UpsamplingNearest2d', 'UpsamplingBilinear2d'] as const).map(
      (name): LayerDefinition => ({
        name,
        signature: 'size=None, scale_factor=None',
        forward(self, input, place) {
          const bilinear = name === 'UpsamplingBilinear2d';
          const fixed = {
            mode: bilinear ? 'bilinear' : 'nearest',
            align_corners: bilinear ? true : null,
            recompute_scale_factor: null,
            antialias: false,
          };
          return interpolate(world, input, get(self, fixed), place);
        },
      }),
    ),
  ];
}

export function upsamplingFunctions(world: TorchWorld): FunctionDefinition[] {
  return ['interpolate', 'upsample'].map((name) => ({
    name,
    where: ['functional'],
    signature:
      "size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None, antialias=False",
    run: (input: TensorValue, { get, place }: Taken) => interpolate(world, input, get, place),
  }));
}
