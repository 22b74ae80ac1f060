/** torch.nn.Embedding: rows of a table by indices that are known when the network is built, or that forward computes. */
import { type Place, refuse } from '../../python/reason.ts';
import { integerOf } from './arguments.ts';
import { addParameter, argumentsOf, attributeOf, type LayerDefinition, weightOf } from './layer.ts';
import { addAxis, apply, matrixProduct, reshapeTo, sizeAlong, tensorByPlace, tensorFromNumber } from './operations.ts';
import type { ParameterValue } from './parameter.ts';
import { fixedShape, knownNumbers, type TensorValue } from './tensor.ts';
import type { TorchWorld } from './world.ts';

/**
 * Rows of a table. Indices that forward computes pick their rows by a product of matrices with a mask of ones and zeros.
 * @param indices any shape; @param table [rows, width]; gives [...indices, width]
 */
export function embed(world: TorchWorld, indices: TensorValue, table: TensorValue, place: Place): TensorValue {
  const numbers = knownNumbers(world, indices);
  const shape = fixedShape(indices.tensor.shape);
  const site = { name: 'embedding', place };
  if (indices.tensor.type === 'float32') {
    refuse(
      'type',
      "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got torch.FloatTensor instead",
      place,
    );
  }
  if (numbers === null || shape === null) {
    const rows = sizeAlong(table, 0, site);
    const every = tensorByPlace(world, (i) => i, [rows], 'int64');
    const column = addAxis(world, indices, indices.tensor.shape.length, site);
    const equal = apply(world, 'compare', { relation: 'equal' }, [column, every], site);
    const picked = apply(world, 'where', {}, [equal, tensorFromNumber(world, 1), tensorFromNumber(world, 0)], site);
    return matrixProduct(world, picked, table, site);
  }
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
