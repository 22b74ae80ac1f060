/** Measures of a network as the reading notes fix them; see {@link Measures}. */
import { elementsOfSample } from './dimensions.ts';
import { flopsOf } from './flops.ts';
import { type Measures, type Network, type NetworkNode, type Shape, shapeOfValue } from './ir.ts';
import { networkIn } from './modes.ts';

/** Number of values in a parameter. */
export function sizeOfParameter(parameter: { readonly shape: readonly number[] }): number {
  return parameter.shape.reduce((product, size) => product * size, 1);
}

/** FLOPs of each node, in order. */
export function flopsOfNodes(network: Network): number[] {
  const shapes = new Map(network.parameters.map(({ name, shape }) => [name, shape]));
  const weightOf = (node: NetworkNode) => shapes.get(node.parameters.weight ?? '') ?? null;
  return network.nodes.map((node) =>
    flopsOf(node.operator, {
      output: node.shape,
      inputs: node.inputs.map((input) => shapeOfValue(network, input)),
      weight: weightOf(node),
    }),
  );
}

/** Bytes of a value of one sample, float32. */
export function activationBytesOf(shape: Shape): number {
  return 4 * elementsOfSample(shape);
}

/** Params, FLOPs, width, depth and activation bytes of a network. */
export function measure(network: Network): Measures {
  const params = network.parameters.reduce((sum, parameter) => sum + sizeOfParameter(parameter), 0);
  // A training that does more than evaluation counts for nothing here.
  const flops = flopsOfNodes(networkIn(network, 'evaluation')).reduce((sum, each) => sum + each, 0);
  const used = network.modules.filter((module) => module.used);
  const width = used.reduce((widest, module) => Math.max(widest, module.outFeatures ?? 0), 0);
  const depth = used.length;
  const activationBytes = network.nodes.reduce(
    (sum, node) => sum + activationBytesOf(node.shape),
    activationBytesOf(shapeOfValue(network, 0)),
  );
  return { params, flops, width, depth, widthToDepth: depth === 0 ? 0 : width / depth, activationBytes };
}
