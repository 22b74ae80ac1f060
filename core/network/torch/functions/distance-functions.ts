/** Distances and likeness of vectors: F.cosine_similarity, F.pairwise_distance, torch.cdist and their layers. */
import type { Place } from '../../../python/reason.ts';
import type { Value } from '../../../python/types/values.ts';
import { attributeOf, type LayerDefinition } from '../layers/layer.ts';
import { axisOf, flagOf, floatOf, tensorOf } from '../world/arguments.ts';
import { addAxis, apply, product2, reduceAxes, scale } from '../world/operations.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { normOf } from './reduction-functions.ts';

type Get = (name: string) => Value;
type Distance = (world: TorchWorld, a: TensorValue, b: TensorValue, get: Get, place: Place) => TensorValue;

/** a . b / (max(|a|, eps) max(|b|, eps)) along an axis. */
const cosineSimilarity: Distance = (world, a, b, get, place) => {
  const site = { name: 'cosine_similarity', place };
  // The axis is one of what the two broadcast to.
  const rank = Math.max(a.tensor.shape.length, b.tensor.shape.length);
  const axis = axisOf(get('dim'), rank, { what: 'cosine_similarity(): dim', place });
  const eps = floatOf(get('eps'), { what: 'eps', place });
  const unit = (x: TensorValue) => {
    const own = axis - rank + x.tensor.shape.length;
    const norm = normOf(world, x, 2, own < 0 ? [] : [own], true, site);
    return apply(world, 'divide', {}, [x, apply(world, 'clamp', { min: eps, max: null }, [norm], site)], site);
  };
  return reduceAxes(world, 'sum', product2(world, unit(a), unit(b), site), [axis], false, site);
};

/** The p-norm of a - b + eps along the last axis. */
const pairwiseDistance: Distance = (world, a, b, get, place) => {
  const site = { name: 'pairwise_distance', place };
  const away = apply(world, 'subtract', {}, [a, b], site);
  const moved = scale(world, away, 1, site, floatOf(get('eps'), { what: 'eps', place }));
  const keep = flagOf(get('keepdim'), { what: 'keepdim', place });
  return normOf(world, moved, floatOf(get('p'), { what: 'p', place }), [away.tensor.shape.length - 1], keep, site);
};

/** [..., P, M] and [..., R, M] -> [..., P, R]. */
const distances: Distance = (world, a, b, get, place) => {
  const site = { name: 'cdist', place };
  const rows = addAxis(world, a, a.tensor.shape.length - 1, site);
  const columns = addAxis(world, b, b.tensor.shape.length - 2, site);
  const away = apply(world, 'subtract', {}, [rows, columns], site);
  const p = floatOf(get('p'), { what: 'p', place });
  return normOf(world, away, p, [away.tensor.shape.length - 1], false, site);
};

export function distanceFunctions(world: TorchWorld): FunctionDefinition[] {
  const definition = (
    name: string,
    where: FunctionDefinition['where'],
    other: string,
    rest: string,
    run: Distance,
  ): FunctionDefinition => ({
    name,
    where,
    signature: `${other}, ${rest}`,
    run: (input, { get, place }) => run(world, input, tensorOf(get(other), { what: other, place }), get, place),
  });
  const both = ['functional', 'torch'] as const;
  return [
    definition('cosine_similarity', both, 'x2', 'dim=1, eps=1e-08', cosineSimilarity),
    definition('pairwise_distance', both, 'x2', 'p=2.0, eps=1e-06, keepdim=False', pairwiseDistance),
    definition('cdist', ['torch'], 'x2', "p=2.0, compute_mode='use_mm_for_euclid_dist_if_necessary'", distances),
  ];
}

export function distanceLayers(world: TorchWorld): LayerDefinition[] {
  const layer = (name: string, signature: string, run: Distance): LayerDefinition => ({
    name,
    signature,
    takes: 'x1, x2',
    forward: (self, input, place, { get }) =>
      run(world, input, tensorOf(get('x2'), { what: 'x2', place }), (each) => attributeOf(self, each), place),
  });
  return [
    layer('CosineSimilarity', 'dim=1, eps=1e-08', cosineSimilarity),
    layer('PairwiseDistance', 'p=2.0, eps=1e-06, keepdim=False', pairwiseDistance),
  ];
}
