/** The graph that operations go to. */
import { createGraphBuilder, type GraphBuilder } from '../../graph-builder.ts';
import type { TorchWorld } from './world.ts';

/** Forward's graph, or while modules are built one that is thrown away. */
export function currentGraph(world: TorchWorld): GraphBuilder {
  if (world.reading.graph !== null) return world.reading.graph;
  world.reading.scratch ??= createGraphBuilder([{ batch: 1 }], world.evaluator.meter.budget);
  return world.reading.scratch;
}
