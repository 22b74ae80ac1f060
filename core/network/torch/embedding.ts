/** torch.nn.Embedding of indices that are known when the network is built: tables of positions. */
import { type Place, refuse } from '../../python/reason.ts';
import { integerOf } from './arguments.ts';
import { addParameter, argumentsOf, attributeOf, type LayerDefinition, weightOf } from './layer.ts';
import { apply, reshapeTo } from './operations.ts';
import type { ParameterValue } from './parameter.ts';
import { fixedShape, knownNumbers, type TensorValue } from './tensor.ts';
import type { TorchWorld } from './world.ts';

/** Rows of a table. @throws a reason for indices that forward computes */
export function embed(world: TorchWorld, indices: TensorValue, table: TensorValue, place: Place): TensorValue {
  const numbers = knownNumbers(indices);
  const shape = fixedShape(indices.tensor.shape);
  if (numbers === null || shape === null) {
    return refuse('unsupported', 'an embedding of values that forward computes is not supported', place);
  }
  const site = { name: 'embedding', place };
  const rows = apply(world, 'gather', { axis: 0, indices: [...numbers] }, [table], site);
  return reshapeTo(world, rows, [...shape, ...table.tensor.shape.slice(1)], site);
}

export function embedding(world: TorchWorld): LayerDefinition {
  return {
    name: 'Embedding',
    signature:
      'num_embeddings, embedding_dim, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False, device=None, dtype=None',
    build(self, taken) {
      const { integer } = argumentsOf(world, 'Embedding', taken);
      const shape = [integer('num_embeddings'), integer('embedding_dim')];
      addParameter(world, self, 'weight', shape, { kind: 'normal', mean: 0, deviation: 1 }, taken.place);
      for (const name of ['padding_idx', 'max_norm']) {
        if (taken.get(name) !== null) refuse('unsupported', `Embedding with ${name} is not supported`, taken.place);
      }
    },
    forward(self, input, place) {
      const weight: ParameterValue = weightOf(self, place);
      integerOf(attributeOf(self, 'embedding_dim'), { what: 'embedding_dim', place });
      return embed(world, input, weight.read(place), place);
    },
  };
}
