/** torch.nn.Embedding: rows of a table by indices that are known when the network is built, or that forward computes. */
import { type Place, refuse } from '../../../python/reason.ts';
import type { Value } from '../../../python/types/values.ts';
import { integerOf } from '../world/arguments.ts';
import {
  addAxis,
  apply,
  matrixProduct,
  reshapeTo,
  sizeAlong,
  tensorByPlace,
  tensorFromNumber,
} from '../world/operations.ts';
import { fixedShape, knownNumbers } from '../world/tensor.ts';
import type { ParameterValue, TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { addParameter, argumentsOf, attributeOf, type LayerDefinition, weightOf } from './layer.ts';

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

/** The table whose row of padding has no gradient; its numbers are as they are. */
export function withoutGradient(world: TorchWorld, table: TensorValue, padding: Value, place: Place): TensorValue {
  if (padding === null) return table;
  const site = { name: 'embedding', place };
  const rows = sizeAlong(table, 0, site);
  const given = integerOf(padding, { what: "embedding(): argument 'padding_idx'", place });
  const row = given < 0 ? given + rows : given;
  const chosen = tensorByPlace(world, (i) => (i === row ? 0 : 1), [rows, 1], 'float32');
  const still = apply(world, 'detach', {}, [table], site);
  const mask = apply(world, 'compare', { relation: 'equal' }, [chosen, tensorFromNumber(world, 0)], site);
  return apply(world, 'where', {}, [mask, still, table], site);
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
      if (taken.get('max_norm') !== null) {
        refuse('unsupported', 'Embedding with max_norm is not supported: forward would change its weight', taken.place);
      }
      const padding = taken.get('padding_idx');
      if (padding === null) return;
      const [rows = 0, width = 0] = shape;
      const given = integerOf(padding, { what: "Embedding(): argument 'padding_idx'", place: taken.place });
      if (given < -rows || given >= rows) {
        refuse('raised', 'AssertionError: Padding_idx must be within num_embeddings', taken.place);
      }
      const row = given < 0 ? given + rows : given;
      self.attributes.set('padding_idx', BigInt(row));
      const patch = { start: row * width, count: width, by: { kind: 'constant', value: 0 } } as const;
      weightOf(self, taken.place).parameter.initializer = {
        kind: 'patched',
        of: { kind: 'normal', mean: 0, deviation: 1 },
        patches: [patch],
      };
    },
    forward(self, input, place) {
      const weight: ParameterValue = weightOf(self, place);
      integerOf(attributeOf(self, 'embedding_dim'), { what: 'embedding_dim', place });
      return embed(
        world,
        input,
        withoutGradient(world, weight.read(place), attributeOf(self, 'padding_idx'), place),
        place,
      );
    },
  };
}
