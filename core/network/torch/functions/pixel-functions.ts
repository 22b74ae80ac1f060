/** Functions that move elements between channels and places: pixel_shuffle, pixel_unshuffle, channel_shuffle. */
import { type Place, refuse } from '../../../python/reason.ts';
import { formatShape } from '../../dimensions.ts';
import type { Dimension } from '../../ir.ts';
import { integerOf } from '../world/arguments.ts';
import { laidAs } from '../world/composed-layouts.ts';
import { permuteAxes, reshapeTo, type Site, sizeAlong } from '../world/operations.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import type { FunctionDefinition } from './function-definition.ts';

function imageSizes(input: TensorValue, site: Site): readonly [Dimension, number, number, number] {
  const [batch] = input.tensor.shape;
  if (input.tensor.shape.length !== 4 || batch === undefined) {
    return refuse(
      'shape',
      `${site.name} expects an input [N, C, H, W], but got ${formatShape(input.tensor.shape)}`,
      site.place,
    );
  }
  return [batch, sizeAlong(input, 1, site), sizeAlong(input, 2, site), sizeAlong(input, 3, site)];
}

/** [N, C r^2, H, W] -> [N, C, H r, W r] (Shi et al. 2016). */
export function shufflePixels(world: TorchWorld, input: TensorValue, r: number, place: Place): TensorValue {
  const site = { name: 'pixel_shuffle', place };
  const [batch, channels, height, width] = imageSizes(input, site);
  if (r <= 0 || channels % (r * r) !== 0) {
    refuse(
      'shape',
      `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=${channels} is not divisible by ${r * r}`,
      place,
    );
  }
  const apart = reshapeTo(world, input, [batch, channels / r ** 2, r, r, height, width], site);
  const laid = permuteAxes(world, apart, [0, 1, 4, 2, 5, 3], site);
  const whole = reshapeTo(world, laid, [batch, channels / r ** 2, height * r, width * r], site);
  return laidAs(world, whole, input, 'rows');
}

export function unshufflePixels(world: TorchWorld, input: TensorValue, r: number, place: Place): TensorValue {
  const site = { name: 'pixel_unshuffle', place };
  const [batch, channels, height, width] = imageSizes(input, site);
  if (r <= 0 || height % r !== 0 || width % r !== 0) {
    refuse(
      'shape',
      `pixel_unshuffle expects height and width to be divisible by downscale_factor, but input is ${height} x ${width}, downscale_factor ${r}`,
      place,
    );
  }
  const apart = reshapeTo(world, input, [batch, channels, height / r, r, width / r, r], site);
  const laid = permuteAxes(world, apart, [0, 1, 3, 5, 2, 4], site);
  const whole = reshapeTo(world, laid, [batch, channels * r ** 2, height / r, width / r], site);
  return laidAs(world, whole, input, 'suggested');
}

/** Channels dealt to groups in turn (Zhang et al. 2018). */
export function shuffleChannels(world: TorchWorld, input: TensorValue, groups: number, place: Place): TensorValue {
  const site = { name: 'channel_shuffle', place };
  const { shape } = input.tensor;
  const channels = sizeAlong(input, 1, site);
  if (groups <= 0 || channels % groups !== 0) {
    refuse(
      'shape',
      `Number of channels must be divisible by groups. Got ${channels} channels and ${groups} groups.`,
      place,
    );
  }
  const [batch = 1, , ...places] = shape;
  const apart = reshapeTo(world, input, [batch, groups, channels / groups, ...places], site);
  const order = [0, 2, 1, ...places.map((_, i) => i + 3)];
  const dealt = reshapeTo(world, permuteAxes(world, apart, order, site), shape, site);
  return laidAs(world, dealt, input, 'suggested');
}

export function pixelFunctions(world: TorchWorld): FunctionDefinition[] {
  return [
    {
      name: 'pixel_shuffle',
      where: ['torch', 'functional'],
      signature: 'upscale_factor',
      run: (input, { get, place }) =>
        shufflePixels(world, input, integerOf(get('upscale_factor'), { what: 'upscale_factor', place }), place),
    },
    {
      name: 'pixel_unshuffle',
      where: ['torch', 'functional'],
      signature: 'downscale_factor',
      run: (input, { get, place }) =>
        unshufflePixels(world, input, integerOf(get('downscale_factor'), { what: 'downscale_factor', place }), place),
    },
    {
      name: 'channel_shuffle',
      where: ['torch', 'functional'],
      signature: 'groups',
      run: (input, { get, place }) =>
        shuffleChannels(world, input, integerOf(get('groups'), { what: 'groups', place }), place),
    },
  ];
}
