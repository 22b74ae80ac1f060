/**
 * F.affine_grid and F.grid_sample: spatial transformers (Jaderberg et al. 2015). A sample is a product of matrices: every
 * place of the grid has two weights along each axis, those of its neighbours, and zeros elsewhere.
 */

import type { Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import type { Value } from '../../../python/types/values.ts';
import { formatShape, sameDimension, sameShape } from '../../dimensions.ts';
import type { Shape } from '../../ir.ts';
import { flagOf, tensorOf } from '../world/arguments.ts';
import {
  addAxis,
  apply,
  cut,
  dropAxis,
  matrixProduct,
  product2,
  reduceAxes,
  reshapeTo,
  type Site,
  scale,
  sizeAlong,
  swapAxes,
  tensorFromNumber,
  tensorOfNumbers,
} from '../world/operations.ts';
import { dimensionFrom } from '../world/sizes.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import type { FunctionDefinition } from './function-definition.ts';

function alignsCorners(value: Value, place: Place): boolean {
  return value !== null && flagOf(value, { what: 'align_corners', place });
}

/** Coordinates of `size` pixels between -1 and 1: of their centres, or with the outermost at the ends. */
function coordinates(size: number, aligned: boolean): number[] {
  if (!aligned) return Array.from({ length: size }, (_, i) => (2 * i + 1) / size - 1);
  return Array.from({ length: size }, (_, i) => (size === 1 ? 0 : (2 * i) / (size - 1) - 1));
}

/** theta [N, 2, 3], the size [N, C, H, W] of an image -> the places [N, H, W, 2] that its pixels are taken from. */
function affineGrid(world: TorchWorld, theta: TensorValue, { get, place }: Taken): TensorValue {
  const site = { name: 'affine_grid', place };
  const size = world.evaluator
    .iterate(get('size'), place)
    .map((each) => dimensionFrom(each) ?? refuse('type', 'affine_grid(): size must be a tuple of ints', place));
  const [batch, , height, width] = size;
  if (size.length !== 4 || batch === undefined || typeof height !== 'number' || typeof width !== 'number') {
    return refuse('unsupported', `affine_grid to ${formatShape(size)} is not supported: only [N, C, H, W] is`, place);
  }
  if (!sameShape(theta.tensor.shape, [batch, 2, 3])) {
    refuse(
      'shape',
      `Expected a batch of 2D affine matrices of shape Nx2x3 for size ${formatShape(size)}. Got ${formatShape(theta.tensor.shape)}.`,
      place,
    );
  }
  const aligned = alignsCorners(get('align_corners'), place);
  world.evaluator.meter.table(6 * height * width);
  const columns = coordinates(width, aligned);
  const rows = coordinates(height, aligned).flatMap((y) => columns.flatMap((x) => [x, y, 1]));
  const base = tensorOfNumbers(world, rows, [height * width, 3]);
  const grid = matrixProduct(world, base, swapAxes(world, theta, 1, 2, site), site);
  return reshapeTo(world, grid, [batch, height, width, 2], site);
}

interface Sampling {
  readonly nearest: boolean;
  readonly border: boolean;
  readonly aligned: boolean;
}

/** How much of each of `size` pixels along an axis a place takes: places [N, P] between -1 and 1 -> [N, P, size]. */
function weightsAlong(world: TorchWorld, places: TensorValue, size: number, how: Sampling, site: Site): TensorValue {
  const [factor, shift] = how.aligned ? [(size - 1) / 2, (size - 1) / 2] : [size / 2, (size - 1) / 2];
  const scaled = scale(world, places, factor, site, shift);
  const inside = how.border ? apply(world, 'hardtanh', { min: 0, max: size - 1 }, [scaled], site) : scaled;
  const at = addAxis(world, inside, 2, site);
  world.evaluator.meter.table(2 * size);
  const pixels = tensorOfNumbers(
    world,
    Array.from({ length: size }, (_, i) => i),
    [size],
  );
  const zero = tensorFromNumber(world, 0);
  const where = (pixel: TensorValue, value: TensorValue, otherwise: TensorValue) =>
    apply(
      world,
      'where',
      {},
      [apply(world, 'compare', { relation: 'equal' }, [pixel, pixels], site), value, otherwise],
      site,
    );
  if (how.nearest) {
    return where(apply(world, 'round', { to: 'nearest' }, [at], site), tensorOfNumbers(world, [1], []), zero);
  }
  const low = apply(world, 'round', { to: 'floor' }, [at], site);
  const fraction = apply(world, 'subtract', {}, [at, low], site);
  const upper = where(scale(world, low, 1, site, 1), fraction, zero);
  return where(low, scale(world, fraction, -1, site, 1), upper);
}

function samplingOf({ get, place }: Taken): Sampling {
  const [mode, padding] = [get('mode'), get('padding_mode')];
  const choices = { mode: ['bilinear', 'nearest', 'bicubic'], padding_mode: ['zeros', 'border', 'reflection'] };
  for (const [name, value] of [
    ['mode', mode],
    ['padding_mode', padding],
  ] as const) {
    if (typeof value === 'string' && choices[name].includes(value)) continue;
    refuse('value', `nn.functional.grid_sample(): expected ${name} to be one of ${choices[name].join(', ')}`, place);
  }
  if (mode === 'bicubic' || padding === 'reflection') {
    refuse('unsupported', `grid_sample with ${mode === 'bicubic' ? mode : padding} is not supported yet`, place);
  }
  return {
    nearest: mode === 'nearest',
    border: padding === 'border',
    aligned: alignsCorners(get('align_corners'), place),
  };
}

/** input [N, C, H, W], grid [N, h, w, 2] of x and y between -1 and 1 -> [N, C, h, w]. */
function gridSample(world: TorchWorld, input: TensorValue, taken: Taken): TensorValue {
  const { get, place } = taken;
  const site = { name: 'grid_sample', place };
  const grid = tensorOf(get('grid'), { what: "grid_sample(): argument 'grid'", place });
  const [own, places]: readonly Shape[] = [input.tensor.shape, grid.tensor.shape];
  const how = samplingOf(taken);
  const [batch, height, width, pair] = places ?? [];
  const fits =
    own?.length === 4 && places?.length === 4 && pair === 2 && batch !== undefined && sameDimension(own[0] ?? 0, batch);
  if (!fits || typeof height !== 'number' || typeof width !== 'number') {
    return refuse(
      'shape',
      `grid_sampler(): expected an input [N, C, H, W] and a grid [N, h, w, 2], but got ${formatShape(input.tensor.shape)} and ${formatShape(grid.tensor.shape)}`,
      place,
    );
  }
  const flat = reshapeTo(world, grid, [batch, height * width, 2], site);
  /** Weights of one coordinate as [N, 1, pixels, places]. */
  const weights = (coordinate: 0 | 1) => {
    const line = dropAxis(world, cut(world, flat, 2, coordinate, coordinate + 1, site), 2, site);
    const along = weightsAlong(world, line, sizeAlong(input, 3 - coordinate, site), how, site);
    return addAxis(world, swapAxes(world, along, 1, 2, site), 1, site);
  };
  const columns = matrixProduct(world, input, weights(0), site);
  const sampled = reduceAxes(world, 'sum', product2(world, columns, weights(1), site), [2], false, site);
  return reshapeTo(world, sampled, [batch, sizeAlong(input, 1, site), height, width], site);
}

export function samplingFunctions(world: TorchWorld): FunctionDefinition[] {
  return [
    {
      name: 'affine_grid',
      where: ['functional'],
      signature: 'size, align_corners=None',
      run: (theta, taken) => affineGrid(world, theta, taken),
    },
    {
      name: 'grid_sample',
      where: ['functional'],
      signature: "grid, mode='bilinear', padding_mode='zeros', align_corners=None",
      run: (input, taken) => gridSample(world, input, taken),
    },
  ];
}
