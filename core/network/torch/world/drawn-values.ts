/**
 * Random numbers that forward draws. In training they are noise, or a mask as dropout's; a network whose evaluation draws
 * has no logits of its own, and is refused where they depend on it.
 */
import type { Place } from '../../../python/reason.ts';
import type { GraphBuilder } from '../../graph-builder.ts';
import type { Initializer, NoiseDistribution, Shape } from '../../ir.ts';
import type { Known, KnownDraw, KnownMask } from './known.ts';
import { unknowableValue } from './unknowable.ts';
import type { TorchWorld } from './world.ts';

/** Whether the numbers are drawn at random. */
export function isRandom(known: Known): boolean {
  if (known.kind === 'numbers') return false;
  return known.kind === 'mask' || (known.initializer.kind !== 'constant' && known.initializer.kind !== 'values');
}

/** A draw that was scaled and shifted remembers from which: both are of the same numbers. */
export function scaledDraw(from: KnownDraw, initializer: Initializer, scale: number, shift: number): KnownDraw {
  const before = from.scaled ?? { of: from, scale: 1, shift: 0 };
  return {
    kind: 'draw',
    initializer,
    scaled: { of: before.of, scale: before.scale * scale, shift: before.shift * scale + shift },
  };
}

function distributionOf(initializer: Initializer): NoiseDistribution | null {
  switch (initializer.kind) {
    case 'uniform':
      return { kind: 'uniform', low: -initializer.bound, high: initializer.bound };
    case 'range':
      return { kind: 'uniform', low: initializer.low, high: initializer.high };
    case 'normal':
      return initializer;
    default:
      return null;
  }
}

/** What a network needs to say where it draws in evaluation. */
export const drawsInEvaluation =
  'its logits depend on random numbers that are drawn in evaluation too, so that the same image gets others each time: draw them only `if self.training`';

/** The value of random numbers in a graph of forward. */
export function drawnValue(
  world: TorchWorld,
  graph: GraphBuilder,
  known: KnownDraw | KnownMask,
  shape: Shape,
  { name, place }: { readonly name: string; readonly place: Place },
): number {
  world.reading.modeMatters = true;
  if (world.reading.mode === 'evaluation') return unknowableValue(world, graph, shape, drawsInEvaluation, place);
  const site = { inputs: [], module: world.reading.running, name: 'random numbers', label: 'random numbers', place };
  if (known.kind === 'mask') {
    const one = graph.emit({ ...site, operator: 'constant', attributes: { values: [1] }, target: [] });
    const ones =
      shape.length === 0
        ? one
        : graph.emit({ ...site, operator: 'expand', attributes: {}, inputs: [one], target: shape });
    // Dropout scales by 1 / keep.
    const dropped = { p: 1 - known.keep, kind: 'element' } as const;
    const mask = graph.emit({ ...site, operator: 'dropout', attributes: dropped, inputs: [ones] });
    const factor = { scale: known.keep * known.scale, shift: 0 };
    if (Math.abs(factor.scale - 1) < 1e-12) return mask;
    return graph.emit({ ...site, operator: 'affine', attributes: factor, inputs: [mask] });
  }
  if (known.scaled !== undefined) {
    const { of, scale, shift } = known.scaled;
    const values = world.reading.materialised.get(graph) ?? new Map<Known, number>();
    const base = values.get(of) ?? drawnValue(world, graph, of, shape, { name, place });
    values.set(of, base);
    return graph.emit({ ...site, operator: 'affine', attributes: { scale, shift }, inputs: [base] });
  }
  const distribution = distributionOf(known.initializer);
  if (distribution === null) {
    return unknowableValue(
      world,
      graph,
      shape,
      `${name} of such random numbers drawn in forward is not supported`,
      place,
    );
  }
  return graph.emit({ ...site, operator: 'noise', attributes: { distribution }, target: shape });
}
