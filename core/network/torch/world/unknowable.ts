/**
 * Tensors of a forward that nobody can know beforehand: what mixes the images of a batch, numbers that are drawn in
 * evaluation. A network may compute them (a loss, a figure to print); one whose logits depend on them is refused.
 */
import { FailureError } from '../../../failure.ts';
import { type Place, reasonError } from '../../../python/reason.ts';
import type { Unknown } from '../../../python/types/values.ts';
import type { GraphBuilder } from '../../graph-builder.ts';
import type { Shape } from '../../ir.ts';
import { currentGraph } from './current-graph.ts';
import type { ElementType } from './known.ts';
import { makeTensor } from './tensor.ts';
import type { TensorValue } from './values.ts';
import type { TorchWorld } from './world.ts';

/** A tensor of a shape whose numbers are not known, and the sentence for whoever needs them. */
export function unknowable(
  world: TorchWorld,
  shape: Shape,
  why: string | Unknown,
  place: Place,
  type: ElementType = 'float32',
): TensorValue {
  const graph = currentGraph(world);
  return makeTensor(world, { value: unknowableValue(world, graph, shape, why, place), graph, type, shape });
}

/** The same as a value of the graph. */
export function unknowableValue(
  world: TorchWorld,
  graph: GraphBuilder,
  shape: Shape,
  why: string | Unknown,
  place: Place,
): number {
  const site = { module: world.reading.running, name: 'a value', label: 'a value', place };
  let value = graph.emit({ ...site, operator: 'constant', attributes: { values: [0] }, inputs: [], target: [] });
  if (shape.length > 0) {
    value = graph.emit({ ...site, operator: 'expand', attributes: {}, inputs: [value], target: shape });
  }
  if (graph === world.reading.graph) world.reading.unknowable.set(value, reasonOf(why, place));
  return value;
}

function reasonOf(why: string | Unknown, place: Place): FailureError {
  if (typeof why === 'string') return reasonError('unsupported', why, place);
  try {
    return why(place);
  } catch (error) {
    if (error instanceof FailureError) return error;
    throw error;
  }
}
