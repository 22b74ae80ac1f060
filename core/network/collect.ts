/** From an evaluated module and its forward to the Network: names, used layers, what the output needs. */

import type { InstanceValue } from '../python/values.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { Buffer, ModuleRecord, Network, NetworkNode, Parameter } from './ir.ts';
import { childrenOfModule, ownTensors, walkModules } from './torch/module.ts';
import { type ParameterValue, parameterShape } from './torch/parameter.ts';
import type { TorchWorld } from './torch/world.ts';

/** What a module registers, in state_dict order; each parameter once, under its first name. */
export interface Registered {
  readonly parameters: readonly { readonly name: string; readonly value: ParameterValue }[];
  readonly buffers: readonly { readonly name: string; readonly value: ParameterValue }[];
  readonly modules: readonly { readonly path: string; readonly instance: InstanceValue }[];
}

/** Walks the tree of a network and tells the world the names of what is in it. */
export function collectRegistered(world: TorchWorld, root: InstanceValue): Registered {
  const parameters: { name: string; value: ParameterValue }[] = [];
  const buffers: { name: string; value: ParameterValue }[] = [];
  const modules: { path: string; instance: InstanceValue }[] = [];
  for (const [path, instance] of walkModules(world, root)) {
    world.paths.set(instance, path);
    modules.push({ path, instance });
    for (const kind of ['_parameters', '_buffers'] as const) {
      for (const [name, value] of ownTensors(instance, kind)) {
        if (world.names.has(value)) continue;
        if (value.parameter.buffer?.persistent === false) continue;
        const full = path === '' ? name : `${path}.${name}`;
        world.names.set(value, full);
        (kind === '_parameters' ? parameters : buffers).push({ name: full, value });
      }
    }
  }
  return { parameters, buffers, modules };
}

/** Layers whose output channels or features are widths, also where a program extends them. */
const widthLayers: ReadonlySet<string> = new Set(['Conv1d', 'Conv2d', 'ConvTranspose1d', 'ConvTranspose2d', 'Linear']);

function outFeatures(instance: InstanceValue): number | null {
  if (
    instance.type.place !== null &&
    !instance.type.order.some((each) => each.place === null && widthLayers.has(each.name))
  ) {
    return null;
  }
  const value = instance.attributes.get('out_channels') ?? instance.attributes.get('out_features');
  return typeof value === 'bigint' ? Number(value) : null;
}

/** A layer: a module without modules in it that is no (empty) container. */
function isLayer(world: TorchWorld, instance: InstanceValue): boolean {
  const containers = ['Sequential', 'ModuleList', 'ModuleDict', 'ParameterList', 'ParameterDict'];
  const container = instance.type.order.some((each) => each.place === null && containers.includes(each.name));
  return !container && childrenOfModule(world, instance).length === 0;
}

/** Values that the output needs. */
export function neededValues(nodes: readonly NetworkNode[], output: number): Set<number> {
  const needed = new Set<number>([output]);
  for (let value = nodes.length; value > 0; value--) {
    const node = nodes[value - 1];
    if (node !== undefined && needed.has(value)) for (const input of node.inputs) needed.add(input);
  }
  return needed;
}

/**
 * Names of parameters that forward read from outside their layers, as in F.linear(x, self.qkv.weight): such a layer is
 * used though it never ran itself.
 */
function readFromOutside(nodes: readonly NetworkNode[]): Set<string> {
  const outside = nodes.filter(({ module }) => module === null);
  return new Set(
    outside.flatMap(({ parameters: { weight, bias } }) => [weight, bias]).filter((name) => name !== undefined),
  );
}

/** The network: only the operations that its output needs, values renumbered. */
export function assembleNetwork(
  world: TorchWorld,
  graph: GraphBuilder,
  registered: Registered,
  input: readonly number[],
  output: number,
): Network {
  const needed = neededValues(graph.nodes, output);
  const renumbered = new Map<number, number>([[0, 0]]);
  const nodes: NetworkNode[] = [];
  graph.nodes.forEach((node, index) => {
    if (!needed.has(index + 1)) return;
    const inputs = node.inputs.map((value) => renumbered.get(value) ?? 0);
    nodes.push({ ...node, inputs });
    renumbered.set(index + 1, nodes.length);
  });
  const parameters = registered.parameters.map(
    ({ name, value }): Parameter => ({
      name,
      shape: parameterShape(value),
      initializer: value.parameter.initializer,
      ...(value.parameter.trainable ? {} : { trainable: false }),
    }),
  );
  const buffers = registered.buffers.map(
    ({ name, value }): Buffer => ({
      name,
      shape: parameterShape(value),
      type: value.parameter.buffer?.type ?? 'float32',
      value: value.parameter.buffer?.value ?? 0,
    }),
  );
  const outside = readFromOutside(graph.nodes);
  const lendsWeight = (instance: InstanceValue) =>
    [...ownTensors(instance, '_parameters')].some(([, value]) => outside.has(world.names.get(value) ?? ''));
  const modules = registered.modules
    .filter(({ path, instance }) => path !== '' && isLayer(world, instance))
    .map(
      ({ path, instance }): ModuleRecord => ({
        path,
        type: instance.type.name.replace(/^Lazy/, ''),
        outFeatures: outFeatures(instance),
        used: world.used.has(instance) || lendsWeight(instance),
      }),
    );
  return { version: 1, input, nodes, output: renumbered.get(output) ?? 0, parameters, buffers, modules };
}
